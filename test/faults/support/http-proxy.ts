import { Agent, createServer, request } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeSelfSigned } from "../../../src/metrics-access/self-signed.ts";
import type { ApiServerAccess } from "./access.ts";

/** What becomes of one request. */
export type Fate =
  | { readonly kind: "passes" }
  /** The API server has done it at once, and its answer takes this long. */
  | { readonly kind: "late"; readonly delayMs: number }
  /** It never reaches the API server, and an error is the answer. */
  | { readonly kind: "refused"; readonly status: number }
  /** The API server has done it, and an error is the answer all the same. */
  | { readonly kind: "belied"; readonly status: number }
  /** The API server has done it, and the connection ends without an answer. */
  | { readonly kind: "unanswered" };

export interface HttpProxy {
  readonly port: number;
  /** The certificate to trust. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** Stands before an API server and decides what becomes of each request; watches are left alone. */
export async function startHttpProxy(
  access: ApiServerAccess,
  decide: (request: { readonly method: string; readonly path: string }) => Fate,
): Promise<HttpProxy> {
  const { cert, key } = makeSelfSigned("proxy", Date.now());
  const agent = new Agent({ keepAlive: true, ca: access.ca, cert: access.cert, key: access.key });
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const { method = "GET", url = "/" } = incoming;
    const fate: Fate = url.includes("watch=1") ? { kind: "passes" } : decide({ method, path: url });
    if (fate.kind === "refused") {
      incoming.resume();
      incoming.on("end", () => answerWith(outgoing, fate.status));
      return;
    }
    forward({ access, agent, incoming, outgoing, fate });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ca: cert,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

interface Exchange {
  readonly access: ApiServerAccess;
  readonly agent: Agent;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly fate: Exclude<Fate, { kind: "refused" }>;
}

function forward({ access, agent, incoming, outgoing, fate }: Exchange): void {
  const { method, url, headers } = incoming;
  const upstream = request({ host: "127.0.0.1", port: access.port, method, path: url, headers, agent }, (answer) => {
    if (fate.kind === "passes" || fate.kind === "late") {
      answer.on("error", () => outgoing.destroy());
      setTimeout(() => passOn(answer, outgoing), fate.kind === "late" ? fate.delayMs : 0);
      return;
    }
    answer.resume();
    answer.on("end", () => (fate.kind === "belied" ? answerWith(outgoing, fate.status) : outgoing.destroy()));
  });
  upstream.on("error", () => outgoing.destroy());
  outgoing.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

function passOn(answer: IncomingMessage, outgoing: ServerResponse): void {
  if (outgoing.destroyed) return void answer.resume();
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}

/** As a load balancer words it: not in the API server's terms. */
function answerWith(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, { "content-type": "text/html", ...(status === 429 ? { "retry-after": "1" } : {}) });
  outgoing.end(`<html><body>${String(status)} from a proxy</body></html>`);
}
