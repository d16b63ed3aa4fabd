import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Transport, TransportRequest } from "../../../src/kube/transport.ts";
import type { Identity } from "./handler.ts";

/** A server that is reachable over HTTP. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a transport on loopback; 0 picks a free port. */
export async function listen(transportFor: (identity?: Identity) => Transport, port: number): Promise<Listening> {
  const transport = transportFor();
  const server = createServer((incoming, outgoing) => {
    serve(transport, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function serve(transport: Transport, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort(new Error("the client went away")));
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const path = incoming.url ?? "/";
  const answer = await transport.request({
    method: (incoming.method ?? "GET") as TransportRequest["method"],
    path,
    headers,
    body: Buffer.concat(chunks).toString(),
    signal: gone.signal,
    longLived: path.includes("watch="),
  });
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.flushHeaders();
  for await (const chunk of answer.body) outgoing.write(chunk);
  outgoing.end();
}
