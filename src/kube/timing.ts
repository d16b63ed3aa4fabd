/** What this folder needs of a clock; the runtime's Clock has it all. */
export interface Timing {
  monotonic(): number;
  after(delayMs: number, run: () => void): () => void;
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** A timing error of our own making, so that a limit that passed can be told from an abort by the caller. */
class TimeLimitPassed extends Error {
  readonly code = "OP_TIME_LIMIT_PASSED";
  constructor(doing: string, limitMs: number) {
    super(`no complete answer within ${limitMs} ms while ${doing}`);
    this.name = "TimeLimitPassed";
  }
}

/** A signal that aborts with the parent or when the limit passes; release() must be called when the work has ended. */
export function limitedSignal(
  parent: AbortSignal | undefined,
  limit: { readonly doing: string; readonly limitMs: number; readonly timing: Pick<Timing, "after"> },
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) onAbort();
  else parent?.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = limit.timing.after(limit.limitMs, () =>
    controller.abort(new TimeLimitPassed(limit.doing, limit.limitMs)),
  );
  const release = (): void => {
    cancelTimer();
    parent?.removeEventListener("abort", onAbort);
  };
  return { signal: controller.signal, release };
}
