import type { KubeClient } from "../../src/kube/client.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { startTektonStandIn, type TestRun } from "../tekton/stand-in.ts";

/** Completes every test run with success, after so long; returns how to stop. */
export function completeTests(
  client: KubeClient,
  { afterMs = 0, onFinished }: { readonly afterMs?: number; readonly onFinished?: (run: TestRun) => void } = {},
): () => Promise<void> {
  return startTektonStandIn({
    client,
    clock: systemClock,
    play: () => ({ result: "SUCCESS", afterMs }),
    ...(onFinished === undefined ? {} : { onFinished }),
  });
}
