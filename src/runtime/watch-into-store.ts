import { classifyCause } from "../kube/errors.ts";
import type { KubeObject } from "../kube/object.ts";
import type { WatchLine } from "../kube/watch-lines.ts";
import { keyOf, takeIn } from "./cached-client.ts";
import { guardedWatch } from "./guarded-watch.ts";
import type { WatchEnding } from "./reflector-steps.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

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
  const progress = { progressed: false };
  const startedAt = options.clock.monotonic();
  const timeoutSeconds = Math.round(watchMinSeconds + options.random() * (watchMaxSeconds - watchMinSeconds));
  const query = { ...selection, resourceVersion: stream.resourceVersion ?? "", timeoutSeconds };
  const take = (line: WatchLine): LineEnding | undefined => {
    const ending = takeLine(stream, line);
    if (ending === undefined) progress.progressed = true;
    return ending;
  };
  try {
    const ending = await guardedWatch(stream, query, take, signal);
    if (ending.kind === "taken") return { ...ending.by, ...progress };
    if (ending.kind === "idle") return { kind: "idle", ...progress };
    const lastedSeconds = (options.clock.monotonic() - startedAt) / 1000;
    return { kind: "ended", early: lastedSeconds < timeoutSeconds - clockSlackSeconds, ...progress };
  } catch (cause) {
    return { kind: "failed", error: classifyCause(`watch ${options.name}`, cause), ...progress };
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
