import type { KubeError } from "../kube/errors.ts";
import type { Random } from "./clock.ts";

/** How one watch came to its end; progressed means that it had brought at least one line. */
export type WatchEnding = { readonly progressed: boolean } &
  /** Early: before the time that we had asked for was over. */
  (
    | { readonly kind: "ended"; readonly early: boolean }
    | { readonly kind: "idle" }
    | { readonly kind: "malformed"; readonly cause: unknown }
    | { readonly kind: "failed"; readonly error: KubeError }
  );

/** Verify: resume, once the server is seen not to have been put back to an earlier time meanwhile. */
export interface Step {
  readonly kind: "resume" | "verify" | "relist";
  readonly backOff: boolean;
  /** The label of the metric. */
  readonly reason: string;
  readonly atLeastMs?: number;
}

const backOffBaseMs = 200;
const backOffMaxMs = 30_000;
/** A version that has brought nothing so often in a row may itself be the trouble. */
const fruitlessResumesMax = 5;

/** What to do after a watch: the only place that decides between resuming and starting over. */
export function nextStep(ending: WatchEnding, failuresInRow: number): Step {
  const kind = failuresInRow > fruitlessResumesMax ? "relist" : "verify";
  switch (ending.kind) {
    case "ended":
      // A server that hangs up at once, again and again, must not make us spin.
      return {
        kind: kind === "relist" || ending.early ? kind : "resume",
        backOff: !ending.progressed,
        reason: "ended",
      };
    case "idle":
      return { kind, backOff: true, reason: "idle" };
    case "malformed":
      return { kind: "relist", backOff: true, reason: "malformed" };
    case "failed":
      return afterFailure(ending.error, kind);
  }
}

/** Exponential from 0.2 s to 30 s with jitter, or what the server asked for. */
export function backOffMs(failuresInRow: number, atLeastMs: number | undefined, random: Random): number {
  const exponentialMs = Math.min(backOffMaxMs, backOffBaseMs * 2 ** Math.max(0, failuresInRow - 1));
  return (atLeastMs ?? 0) + exponentialMs * (0.5 + random() / 2);
}

function afterFailure(error: KubeError, otherwise: Step["kind"]): Step {
  const isLost = error.kind === "Gone" || error.kind === "NotFound" || error.kind === "Rejected";
  return {
    kind: isLost ? "relist" : otherwise,
    backOff: true,
    reason: error.kind,
    atLeastMs: error.retryAfterMs ?? 0,
  };
}
