import type { KubeClient } from "../../../src/kube/client.ts";
import { systemClock, type Clock } from "../../../src/runtime/clock.ts";
import { startTektonStandIn, type Play, type TestRun } from "../../tekton/stand-in.ts";

/** Something that a test run waits for before it ends. */
export interface Gate {
  /** The `afterMs` of a Play that ends when the gate opens. */
  readonly afterMs: number;
  open(): void;
}

/** Tekton's part in one namespace: every test run starts, and ends as `play` says at that time. */
export interface Tekton {
  play: (run: TestRun) => Play;
  gate(): Gate;
  stop(): Promise<void>;
}

export const passes = (afterMs = 30): Play => ({ result: "SUCCESS", afterMs });
export const fails = (afterMs = 30): Play => ({ result: "FAILURE", afterMs });

/** Plays Tekton in a namespace; unless told otherwise, every test passes soon. */
export function playTekton(client: KubeClient, namespace: string): Tekton {
  const gates = new Map<number, Promise<void>>();
  const clock: Clock = {
    ...systemClock,
    // A delay below zero stands for a gate.
    sleep: (delayMs, signal) => untilAborted(gates.get(delayMs), signal) ?? systemClock.sleep(delayMs, signal),
  };
  const tekton: Omit<Tekton, "stop"> = {
    play: () => passes(),
    gate: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const afterMs = -1 - gates.size;
      gates.set(afterMs, promise);
      return { afterMs, open: resolve };
    },
  };
  const stop = startTektonStandIn({ client: only(client, namespace), clock, play: (run) => tekton.play(run) });
  return Object.assign(tekton, { stop });
}

/** A client to which there is no other namespace. */
function only(client: KubeClient, namespace: string): KubeClient {
  return {
    ...client,
    list: (resource, query, signal) => client.list(resource, { ...query, namespace }, signal),
    watch: (resource, query, signal) => client.watch(resource, { ...query, namespace }, signal),
  };
}

function untilAborted(gate: Promise<void> | undefined, signal: AbortSignal): Promise<void> | undefined {
  if (gate === undefined) return undefined;
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    gate.then(resolve, reject);
  });
}
