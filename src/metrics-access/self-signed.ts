import { generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate as SignedCertificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import type { Certificate } from "../runtime/secure-server.ts";

const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });
const commonNameId = "2.5.4.3";
const hourMs = 3_600_000;
const validMs = 365 * 24 * hourMs;

/** A certificate for this machine that is its own authority, with a new key: it encrypts, and proves nothing.
 * @param nowMs milliseconds since the epoch; it begins an hour before, for clocks that differ, and ends a year later */
export function makeSelfSigned(commonName: string, nowMs: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = nameOf(commonName);
  const toBeSigned = new TBSCertificate({
    version: Version.v3,
    // The first bit would make it a negative number.
    serialNumber: arrayBufferOf(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signature: ecdsaWithSha256,
    issuer: name,
    validity: new Validity({ notBefore: new Date(nowMs - hourMs), notAfter: new Date(nowMs + validMs) }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo),
    extensions: new Extensions([thisMachine()]),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(toBeSigned)), privateKey);
  const signed = new SignedCertificate({
    tbsCertificate: toBeSigned,
    signatureAlgorithm: ecdsaWithSha256,
    signatureValue: arrayBufferOf(signature),
  });
  return {
    cert: new X509Certificate(Buffer.from(AsnConvert.serialize(signed))).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonNameId, value })])]);
}

function thisMachine(): Extension {
  const names = [new GeneralName({ dNSName: "localhost" }), new GeneralName({ iPAddress: "127.0.0.1" })];
  const extnValue = new OctetString(AsnConvert.serialize(new SubjectAlternativeName(names)));
  return new Extension({ extnID: id_ce_subjectAltName, extnValue });
}

/** A Buffer may be a part of something larger. */
function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
