import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** What can be learned of a process's heap from outside. */
export interface Inspector {
  /** What is reachable, in bytes: garbage is collected first. */
  heapUsed(): Promise<number>;
  /** Writes everything that is reachable into a file, for Chrome's developer tools or scripts/summarise-heap.ts. */
  writeHeapSnapshot(file: string): Promise<void>;
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: { readonly chunk?: string };
}

/** Connects to the inspector of a process that was started with `--inspect`. */
export async function openInspector(port: number): Promise<Inspector> {
  const [target] = (await (await fetch(`http://127.0.0.1:${String(port)}/json/list`)).json()) as readonly {
    readonly webSocketDebuggerUrl: string;
  }[];
  if (target === undefined) throw new Error(`Nothing to inspect at port ${String(port)}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, "open");
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let onChunk = (_chunk: string): void => {};
  let calls = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, params } = JSON.parse(String(data)) as Message;
    if (params?.chunk !== undefined) onChunk(params.chunk);
    const call = id === undefined ? undefined : pending.get(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  });
  const call = (method: string): Promise<unknown> => {
    calls += 1;
    const answer = Promise.withResolvers<unknown>();
    pending.set(calls, answer);
    socket.send(JSON.stringify({ id: calls, method }));
    return answer.promise;
  };
  await call("HeapProfiler.enable");
  return {
    heapUsed: async () => {
      await call("HeapProfiler.collectGarbage");
      return ((await call("Runtime.getHeapUsage")) as { readonly usedSize: number }).usedSize;
    },
    writeHeapSnapshot: async (path) => {
      const file = createWriteStream(path);
      onChunk = (chunk) => file.write(chunk);
      await call("HeapProfiler.takeHeapSnapshot");
      await new Promise<void>((resolve) => file.end(resolve));
    },
    close: () => socket.close(),
  };
}
