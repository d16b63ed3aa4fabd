import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import type { Certificate } from "../runtime/secure-server.ts";
import { createOwnCertificate } from "./own-certificate.ts";
import { makeSelfSigned } from "./self-signed.ts";

const now = Date.parse("2026-11-24T12:00:00Z");

test("is signed with its own key, for this machine, from an hour ago until a year from now", () => {
  const { cert, key } = makeSelfSigned("somebody", now);
  const certificate = new X509Certificate(cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([certificate.subject, certificate.issuer]).toEqual(["CN=somebody", "CN=somebody"]);
  expect([certificate.checkHost("localhost"), certificate.checkIP("127.0.0.1")]).toEqual(["localhost", "127.0.0.1"]);
  expect(certificate.checkHost("example.com")).toBeUndefined();
  const dates = [certificate.validFromDate, certificate.validToDate].map((date) => date.toISOString());
  expect(dates).toEqual(["2026-11-24T11:00:00.000Z", "2027-11-24T12:00:00.000Z"]);
});

test("each is another one, and may be made in a year that the short form of dates has no room for", () => {
  const all = Array.from({ length: 20 }, () => new X509Certificate(makeSelfSigned("somebody", now).cert));
  expect(new Set(all.map(({ serialNumber }) => serialNumber)).size).toBe(20);
  expect(new Set(all.map(({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }))).size).toBe(20);
  const late = new X509Certificate(makeSelfSigned("somebody", Date.parse("2050-06-01T00:00:00Z")).cert);
  expect(late.validFromDate.toISOString()).toBe("2050-05-31T23:00:00.000Z");
});

test("an operator makes one when it begins to listen", async () => {
  const used: Certificate[] = [];
  const own = createOwnCertificate(createFakeClock(now));
  await own.open((certificate) => used.push(certificate));
  own.close();
  expect(used.map(({ cert }) => new X509Certificate(cert).subject)).toEqual(["CN=integration-service"]);
});
