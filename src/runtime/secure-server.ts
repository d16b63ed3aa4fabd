import type { RequestListener, ServerOptions } from "node:http";
import { createServer, type Server } from "node:https";

/** A certificate, with its chain, and its private key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Where the certificate of a server comes from. */
export interface Certificates {
  /** Hands over the first one, and from then on each that replaces it. Rejects where the first is missing, or `use` throws at it. */
  open(use: (certificate: Certificate) => void): Promise<void>;
  close(): void;
}

/** An answer that is given instead of what was asked for. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What makes a server one of https that asks who comes. */
export interface Security {
  readonly certificates: Certificates;
  /** Decides about each request by its Authorization header; undefined lets it through. */
  readonly admit: (authorization: string | undefined) => Promise<Refusal | undefined>;
}

const tlsRules = { minVersion: "TLSv1.2" } as const;
const handshakeLimitMs = 10_000;

/** A server of https that passes on to the listener what is admitted. It has no certificate, and so serves nobody, until
 * `useCertificates` has been called. */
export function createSecureServer(
  options: ServerOptions,
  admit: Security["admit"],
  listener: RequestListener,
): Server {
  return createServer({ ...options, ...tlsRules, handshakeTimeout: handshakeLimitMs }, (request, response) => {
    admit(request.headers.authorization).then(
      (refusal) => {
        if (refusal === undefined) listener(request, response);
        else response.writeHead(refusal.status, { ...refusal.headers, ...plainText }).end(`${refusal.text}\n`);
      },
      (error: unknown) => response.writeHead(500, plainText).end(`${String(error)}\n`),
    );
  });
}

const plainText = { "content-type": "text/plain; charset=utf-8" };

/** Connections that are made from now on meet these certificates, each from the moment it is there. */
export function useCertificates(server: Server, certificates: Certificates): Promise<void> {
  return certificates.open((certificate) => server.setSecureContext({ ...certificate, ...tlsRules }));
}
