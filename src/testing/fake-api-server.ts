import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { ClusterConnection, Credentials } from "../kube/config.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An API server on loopback that does exactly what a test tells it to, down to the bytes. */
export interface FakeApiServer {
  readonly url: string;
  /** Method and path of everything asked so far. */
  readonly asked: readonly string[];
  readonly sockets: ReadonlySet<Socket>;
  readonly connection: ClusterConnection;
  /** Replaces what the server does. */
  serve(handler: Handler): void;
  close(): Promise<void>;
}

export interface FakeApiServerOptions {
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly credentials?: ClusterConnection["credentials"];
}

export async function startFakeApiServer(handler: Handler, options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let serve = handler;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url}`);
      serve(request, response, Buffer.concat(chunks).toString("utf8"));
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.on(options.tls ? "secureConnection" : "connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `${options.tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const noCredentials: Credentials = { tls: {}, headers: {} };
  return {
    url,
    asked,
    sockets,
    connection: {
      server: url,
      pathPrefix: "",
      namespace: undefined,
      credentials: options.credentials ?? { current: () => Promise.resolve(noCredentials), invalidate: () => {} },
    },
    serve: (next) => {
      serve = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function answerJson(
  response: ServerResponse,
  json: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(json));
}

/** Refuses as an API server does. */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  answerJson(response, { kind: "Status", code, reason, message: `no: ${reason}` }, code, headers);
}

/** Starts the answer to a watch and returns how to send lines. */
export function openWatch(response: ServerResponse): (...lines: readonly (object | string)[]) => void {
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  return (...lines) => {
    response.write(lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  };
}
