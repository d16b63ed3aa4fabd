import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a probe finds wrong; nothing means well. */
export type Probe = () => readonly string[];

export interface HttpOptions {
  /** ":8080", "127.0.0.1:8080", "[::1]:8080"; "0" turns a server off. */
  readonly metricsAddress: string;
  readonly probesAddress: string;
  readonly metrics: { metrics(): Promise<string>; readonly contentType: string };
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

type Answer = (response: ServerResponse) => void | Promise<void>;
type Routes = Readonly<Record<string, Answer>>;

const requestLimitMs = 10_000;
const connectionsMax = 64;

/** Servers for /metrics and for /healthz and /readyz, not yet listening. */
export function createHttpServers(options: HttpOptions): HttpServers {
  const metrics = createRoutes({ "/metrics": (response) => answerMetrics(options.metrics, response) });
  const probes = createRoutes({
    "/healthz": (response) => answerProbe(options.healthy, response),
    "/readyz": (response) => answerProbe(options.ready, response),
  });
  const all = [
    { server: metrics, address: options.metricsAddress },
    { server: probes, address: options.probesAddress },
  ].filter(({ address }) => address !== "0");
  return {
    listen: async () => {
      await Promise.all(all.map(({ server, address }) => listen(server, address)));
    },
    addresses: () => ({ metrics: addressOf(metrics), probes: addressOf(probes) }),
    close: async () => {
      await Promise.all(all.map(({ server }) => close(server)));
    },
  };
}

/** The host and port of an address; no host means every interface. */
export function parseAddress(address: string): { readonly host?: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address);
  if (match === null) throw new TypeError(`${address} is not an address like ":8080", "127.0.0.1:8080" or "0"`);
  const host = match[1] ?? match[2];
  return { ...(host ? { host } : {}), port: Number(match[3]) };
}

function createRoutes(routes: Routes): Server {
  const server = createServer(
    { requestTimeout: requestLimitMs, headersTimeout: requestLimitMs },
    (request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
      if (route === undefined) return answer(response, 404, "not found\n");
      if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405, "only GET\n");
      Promise.resolve(route(response)).catch((error: unknown) => answer(response, 500, `${String(error)}\n`));
    },
  );
  server.maxConnections = connectionsMax;
  return server;
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

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
