import { classifyCause } from "../kube/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import type { WatchLine } from "../kube/watch-lines.ts";
import { keyOf, takeIn } from "./cached-client.ts";
import type { Clock } from "./clock.ts";
import type { WatchEnding } from "./reflector-steps.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

const idleLimitDefaultMs = 90_000;
/** The server ends each watch at a random moment between these, so that a thousand clients do not return at once. */
const watchMinSeconds = 290;
const watchMaxSeconds = 580;
/** The server's clock and ours need not tick alike. */
const clockSlackSeconds = 5;

/** One watch from the stream's version to whatever ends it, every line applied in order before the next is read. */
export async function watchIntoStore<T extends CachedObject>(
  stream: Stream<T>,
  signal: AbortSignal,
): Promise<WatchEnding> {
  const { options, selection } = stream;
  const connection = new AbortController();
  const stop = (): void => connection.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const watchdog = startWatchdog(options.clock, options.idleLimitMs ?? idleLimitDefaultMs, () => connection.abort());
  const progress = { progressed: false };
  const startedAt = options.clock.monotonic();
  try {
    const timeoutSeconds = Math.round(watchMinSeconds + options.random() * (watchMaxSeconds - watchMinSeconds));
    const onBytes = (): void => {
      watchdog.touch();
      stream.touch();
    };
    const query = { ...selection, resourceVersion: stream.resourceVersion ?? "", timeoutSeconds, onBytes };
    const lines = await options.client.watch(options.resource, query, connection.signal);
    onBytes();
    for await (const line of lines) {
      const ending = takeLine(stream, line);
      if (ending !== undefined) return { ...ending, ...progress };
      progress.progressed = true;
    }
    const lastedSeconds = (options.clock.monotonic() - startedAt) / 1000;
    return { kind: "ended", early: lastedSeconds < timeoutSeconds - clockSlackSeconds, ...progress };
  } catch (cause) {
    if (watchdog.barked() && !signal.aborted) return { kind: "idle", ...progress };
    return { kind: "failed", error: classifyCause(`watch ${options.name}`, cause), ...progress };
  } finally {
    watchdog.stop();
    signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

type LineEnding = { readonly kind: "malformed"; readonly cause: unknown } | Extract<WatchEnding, { kind: "failed" }>;

function takeLine<T extends CachedObject>(stream: Stream<T>, line: WatchLine): LineEnding | undefined {
  switch (line.kind) {
    case "bookmark":
      stream.resourceVersion = line.resourceVersion;
      return undefined;
    case "event":
      takeEvent(stream, line.type, line.object);
      stream.resourceVersion = line.object.metadata.resourceVersion;
      return undefined;
    case "error":
      return { kind: "failed", error: line.error, progressed: false };
    case "malformed":
      stream.options.metrics.parseFailed(stream.options.name);
      return { kind: "malformed", cause: line.cause };
  }
}

function takeEvent<T extends CachedObject>(
  stream: Stream<T>,
  type: "ADDED" | "MODIFIED" | "DELETED",
  raw: KubeObject,
): void {
  const { store, project } = stream.options;
  if (type === "DELETED") {
    store.remove(keyOf(raw), raw.metadata.uid ?? "", raw.metadata.resourceVersion);
    return;
  }
  try {
    takeIn(store, project, raw);
  } catch (error) {
    stream.skipped(error, raw.metadata.name);
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
