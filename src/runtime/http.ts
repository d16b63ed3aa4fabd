import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createSecureServer, type Security, useCertificates } from "./secure-server.ts";

/** What a probe finds wrong; nothing means well. */
export type Probe = () => readonly string[];

export interface HttpOptions {
  /** ":8080", "127.0.0.1:8080", "[::1]:8080"; "0" turns a server off. */
  readonly metricsAddress: string;
  readonly probesAddress: string;
  readonly metrics: { metrics(): Promise<string>; readonly contentType: string };
  /** Serves metrics over https, to those whom it admits; absent: over http, to whoever can connect. */
  readonly metricsSecurity?: Security;
  readonly healthy: Probe;
  readonly ready: Probe;
}

/** The operator's two small servers. */
export interface HttpServers {
  listen(): Promise<void>;
  /** Where each listens; undefined for one that is off. */
  addresses(): { readonly metrics: AddressInfo | undefined; readonly probes: AddressInfo | undefined };
  close(): Promise<void>;
}

/** One server, what it needs before it listens, and what it lets go of at the end. */
interface Serving {
  readonly server: Server;
  readonly address: string;
  readonly prepare?: () => Promise<void>;
  readonly release?: () => void;
}

type Answer = (response: ServerResponse) => void | Promise<void>;
type Routes = Readonly<Record<string, Answer>>;

const requestLimitMs = 10_000;
const timeLimits = { requestTimeout: requestLimitMs, headersTimeout: requestLimitMs };
const connectionsMax = 64;

/** Servers for /metrics and for /healthz and /readyz, not yet listening. */
export function createHttpServers(options: HttpOptions): HttpServers {
  const metrics = serveMetrics(options);
  const probes: Serving = {
    address: options.probesAddress,
    server: createServer(
      timeLimits,
      listenerFor({
        "/healthz": (response) => answerProbe(options.healthy, response),
        "/readyz": (response) => answerProbe(options.ready, response),
      }),
    ),
  };
  const all = [metrics, probes].filter(({ address }) => address !== "0");
  for (const { server } of all) server.maxConnections = connectionsMax;
  return {
    listen: async () => {
      await Promise.all(all.map(listen));
    },
    addresses: () => ({ metrics: addressOf(metrics.server), probes: addressOf(probes.server) }),
    close: async () => {
      await Promise.all(all.map(close));
    },
  };
}

function serveMetrics({ metrics, metricsAddress: address, metricsSecurity: security }: HttpOptions): Serving {
  const listener = listenerFor({ "/metrics": (response) => answerMetrics(metrics, response) });
  if (security === undefined) return { address, server: createServer(timeLimits, listener) };
  const { admit, certificates } = security;
  const server = createSecureServer(timeLimits, admit, listener);
  return {
    address,
    server,
    prepare: () => useCertificates(server, certificates),
    release: () => certificates.close(),
  };
}

/** The host and port of an address; no host means every interface. */
export function parseAddress(address: string): { readonly host?: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address);
  if (match === null) throw new TypeError(`${address} is not an address like ":8080", "127.0.0.1:8080" or "0"`);
  const host = match[1] ?? match[2];
  return { ...(host ? { host } : {}), port: Number(match[3]) };
}

function listenerFor(routes: Routes): RequestListener {
  return (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return answer(response, 404, "not found\n");
    if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405, "only GET\n");
    Promise.resolve(route(response)).catch((error: unknown) => answer(response, 500, `${String(error)}\n`));
  };
}

async function answerMetrics(metrics: HttpOptions["metrics"], response: ServerResponse): Promise<void> {
  const text = await metrics.metrics();
  response.setHeader("content-type", metrics.contentType);
  answer(response, 200, text);
}

function answerProbe(probe: Probe, response: ServerResponse): void {
  const problems = probe();
  if (problems.length === 0) answer(response, 200, "ok\n");
  else answer(response, 503, `${problems.join("\n")}\n`);
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.writeHead(status).end(text);
}

async function listen({ server, address, prepare }: Serving): Promise<void> {
  await prepare?.();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(parseAddress(address), () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressOf(server: Server): AddressInfo | undefined {
  const address = server.address();
  return typeof address === "object" && address !== null ? address : undefined;
}

function close({ server, release }: Serving): Promise<void> {
  release?.();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
