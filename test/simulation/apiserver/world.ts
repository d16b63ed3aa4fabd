import { createSeededRandom } from "./seeded-random.ts";
import { createSimulatedApiServer, type SimulatedApiServer, type SimulatedApiServerOptions } from "./server.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
import type { Fault } from "./fault.ts";

/** Where the tests work. */
export const path = "/api/v1/namespaces/default/configmaps";
/** A config map. */
export const configMap = (name: string, more: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...more },
});
/** The kind of config maps. */
export const type = { apiVersion: "v1", kind: "ConfigMap" };

/** A server, its clock and one who calls it. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: SimulatedApiServer;
  readonly call: (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => Promise<Reply>;
  /** Collects the lines of a watch as they come. */
  readonly watch: (query?: string) => {
    readonly lines: string[];
    readonly ended: Promise<string>;
    readonly stop: () => void;
  };
}

/** What a call answered. */
export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfter: string | undefined;
}

/** Makes a world. */
export function world(options: Partial<SimulatedApiServerOptions> = {}, seed = 1): World {
  const clock = createVirtualClock();
  const server = createSimulatedApiServer({ clock, random: createSeededRandom(seed), ...options });
  const transport = server.transport({ name: "tester" });
  const base = { headers: {}, longLived: false };
  return {
    clock,
    server,
    call: async (method, at, body) => {
      const withBody = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await transport.request({
        ...base,
        method,
        path: at,
        ...withBody,
        signal: AbortSignal.timeout(1_000),
      });
      return {
        status: response.status,
        body: JSON.parse(await textOf(response.body)) as Record<string, unknown>,
        retryAfter: response.headers["retry-after"],
      };
    },
    watch: (query = "") => {
      const lines: string[] = [];
      const stop = new AbortController();
      const read = async (): Promise<string> => {
        const response = await transport.request({
          ...base,
          method: "GET",
          path: `${path}?watch=true&${query}`,
          signal: stop.signal,
          longLived: true,
        });
        for await (const chunk of response.body) lines.push(Buffer.from(chunk).toString());
        return "end";
      };
      return {
        lines,
        ended: read().catch((error: unknown) => String(error)),
        stop: () => stop.abort(new Error("stopped")),
      };
    },
  };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of body) text += Buffer.from(chunk).toString();
  return text;
}

/** Lets this go wrong with the next request and with no other. */
export const once = (server: SimulatedApiServer, fault: Fault): void => {
  const remove = server.faults.onRequest(() => {
    remove();
    return fault;
  });
};
