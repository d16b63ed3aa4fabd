import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What the wire does to what passes over it. */
export type Wire =
  | { readonly kind: "sound" }
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Each connection is cut once so many bytes of an answer have passed, wherever in it that is. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Nothing passes, and nobody is told; what waits passes once the wire is something else. */
  | { readonly kind: "stalled" };

export interface TcpProxy {
  readonly port: number;
  /** From now on, also for connections that are already there. */
  become(wire: Wire): void;
  /** Cuts every connection. */
  drop(): void;
  /** Connections that are there now never carry anything again, and nobody is told; new ones work. */
  lose(): void;
  /** Connections that it has cut. */
  cuts(): number;
  stop(): Promise<void>;
}

interface State {
  wire: Wire;
  cuts: number;
  readonly sockets: Set<Socket>;
  readonly lost: WeakSet<Socket>;
  /** Called when the wire changes. */
  readonly waiting: Set<() => void>;
}

/** A wire to a local port that passes bytes without understanding them. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const state: State = {
    wire: { kind: "sound" },
    cuts: 0,
    sockets: new Set(),
    lost: new WeakSet(),
    waiting: new Set(),
  };
  const server = createServer((inner) => {
    const outer = connect(targetPort, "127.0.0.1");
    pass(state, { from: inner, to: outer, isAnswer: false });
    pass(state, { from: outer, to: inner, isAnswer: true });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = (): void => {
    for (const socket of state.sockets) socket.destroy();
    state.cuts += state.sockets.size / 2;
  };
  return {
    port: (server.address() as AddressInfo).port,
    become: (wire) => {
      state.wire = wire;
      for (const goOn of state.waiting) goOn();
      state.waiting.clear();
    },
    drop,
    lose: () => {
      for (const socket of state.sockets) state.lost.add(socket);
    },
    cuts: () => state.cuts,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      drop();
      await closed;
    },
  };
}

interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  readonly isAnswer: boolean;
}

/** Passes chunk after chunk, each only when the one before has passed. */
function pass(state: State, { from, to, isAnswer }: Direction): void {
  let last = Promise.resolve();
  let passedBytes = 0;
  let isCut = false;
  state.sockets.add(from);
  from.on("data", (chunk: Buffer) => {
    last = last.then(async () => {
      await held(state);
      if (isCut || state.lost.has(from)) return;
      if (state.wire.kind === "cut" && isAnswer && passedBytes + chunk.length > state.wire.afterBytes) {
        to.write(chunk.subarray(0, Math.max(0, state.wire.afterBytes - passedBytes)));
        state.cuts += 1;
        isCut = true;
        to.destroySoon();
        from.destroy();
        return;
      }
      passedBytes += chunk.length;
      to.write(chunk);
    });
  });
  // Whoever hangs up, or is cut, takes the other side along.
  from.on("error", () => to.destroy());
  from.on("close", () => {
    state.sockets.delete(from);
    void last.then(() => to.destroySoon());
  });
}

async function held(state: State): Promise<void> {
  while (state.wire.kind === "stalled") await new Promise<void>((resolve) => state.waiting.add(resolve));
  const { wire } = state;
  if (wire.kind === "slow") await new Promise((resolve) => setTimeout(resolve, wire.delayMs));
}
