import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks a server on loopback for its metrics over TLS, on a connection of its own.
 * @param ca who must have signed its certificate; whoever did, where it is absent */
export async function readMetrics(
  port: number,
  { token, ca }: { readonly token?: string; readonly ca?: string } = {},
): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
  const asking = request({ host: "127.0.0.1", port, path: "/metrics", headers, agent: false, ...trust }).end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
