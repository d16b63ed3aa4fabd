import type { WatchQuery } from "../kube/calls.ts";
import type { WatchLine } from "../kube/watch-lines.ts";
import type { Clock } from "./clock.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

const idleLimitDefaultMs = 90_000;

/** How one watch ended that was not ended by an error: `taken` when whoever took its lines had what they wanted. */
export type GuardedEnding<E> =
  | { readonly kind: "taken"; readonly by: E }
  | { readonly kind: "ended" }
  /** It had fallen silent, which no connection says of itself. */
  | { readonly kind: "idle" };

/**
 * Opens one watch and hands over its lines, each before the next is read, until one of them is answered with something. Throws
 * what the connection fails with. However it ends, the connection is closed.
 */
export async function guardedWatch<T extends CachedObject, E>(
  stream: Stream<T>,
  query: Omit<WatchQuery, "onBytes">,
  take: (line: WatchLine) => E | undefined,
  signal: AbortSignal,
): Promise<GuardedEnding<E>> {
  const { client, clock, resource, idleLimitMs = idleLimitDefaultMs } = stream.options;
  const connection = new AbortController();
  const stop = (): void => connection.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const watchdog = startWatchdog(clock, idleLimitMs, () => connection.abort());
  const onBytes = (): void => {
    watchdog.touch();
    stream.touch();
  };
  try {
    const lines = await client.watch(resource, { ...query, onBytes }, connection.signal);
    onBytes();
    for await (const line of lines) {
      const by = take(line);
      if (by !== undefined) return { kind: "taken", by };
    }
    return { kind: "ended" };
  } catch (cause) {
    if (watchdog.barked() && !signal.aborted) return { kind: "idle" };
    throw cause;
  } finally {
    watchdog.stop();
    signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

/** Barks once when it was not touched for the limit. One timer, however often it is touched. */
function startWatchdog(
  clock: Clock,
  limitMs: number,
  bark: () => void,
): { readonly touch: () => void; readonly stop: () => void; readonly barked: () => boolean } {
  let touchedAt = clock.monotonic();
  let barked = false;
  let cancel = (): void => {};
  const arm = (delayMs: number): void => {
    cancel = clock.after(delayMs, () => {
      const idleMs = clock.monotonic() - touchedAt;
      if (idleMs < limitMs) return arm(limitMs - idleMs);
      barked = true;
      bark();
    });
  };
  arm(limitMs);
  return {
    touch: () => {
      touchedAt = clock.monotonic();
    },
    stop: () => cancel(),
    barked: () => barked,
  };
}
