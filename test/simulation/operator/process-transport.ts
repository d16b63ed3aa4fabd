import type { Transport, TransportRequest, TransportResponse } from "../../../src/kube/transport.ts";

/** How a call of a process ended, for the story. */
export interface CallEnding {
  readonly request: TransportRequest;
  readonly ending: string;
}

/** A process's connections: they break off without a word when it dies. */
export interface ProcessTransport extends Transport {
  cut(): void;
  /** Calls without an answer, and answers that are still being read. */
  open(): readonly string[];
}

const silence = new Promise<never>(() => undefined);

/** Counts what is open. What was sent before the end still arrives; nothing comes back. */
export function createProcessTransport(inner: Transport, onEnd: (ending: CallEnding) => void): ProcessTransport {
  const open = new Map<object, string>();
  const watches = new Set<AbortController>();
  let dead = false;

  const request = async (asked: TransportRequest): Promise<TransportResponse> => {
    if (dead) return silence;
    const token = {};
    const name = `${asked.method} ${asked.path}`;
    open.set(token, name);
    try {
      const response = asked.longLived ? await watch(asked, token) : await inner.request(asked);
      if (dead) return await silence;
      if (response.status >= 300) onEnd({ request: asked, ending: String(response.status) });
      return response;
    } catch (error) {
      if (dead) return await silence;
      onEnd({ request: asked, ending: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      open.delete(token);
    }
  };

  const watch = async (asked: TransportRequest, token: object): Promise<TransportResponse> => {
    const connection = new AbortController();
    const abort = (): void => connection.abort(asked.signal.reason);
    asked.signal.addEventListener("abort", abort, { once: true });
    watches.add(connection);
    const end = (): void => {
      asked.signal.removeEventListener("abort", abort);
      watches.delete(connection);
      open.delete(token);
    };
    try {
      const response = await inner.request({ ...asked, signal: connection.signal });
      if (response.status !== 200) end();
      return { ...response, body: follow(response.body, end) };
    } catch (error) {
      end();
      throw error;
    }
  };

  async function* follow(body: AsyncIterable<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
    const stream = {};
    open.set(stream, "a watch");
    try {
      for await (const chunk of body) {
        if (dead) await silence;
        yield chunk;
      }
    } finally {
      open.delete(stream);
      end();
    }
    if (dead) await silence;
  }

  return {
    request,
    close: () => inner.close(),
    cut: () => {
      dead = true;
      for (const watching of watches) watching.abort(new Error("the process is gone"));
    },
    open: () => [...open.values()],
  };
}
