import { isKubeError, KubeError } from "../kube/errors.ts";
import type { WatchLine } from "../kube/watch-lines.ts";
import { guardedWatch } from "./guarded-watch.ts";
import { assertNotPutBack } from "./put-back.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";
import { takeInListed } from "./take-in-listed.ts";

/** Long enough for millions of objects; a server that has not told the end by then does not know what it was asked for. */
const timeoutSeconds = 600;

/**
 * Has the API server stream all there is, object by object (KEP-3157), and returns the version to watch from. A page of a
 * long history costs the server as much as the history is long, and is as much to parse at once; a line of a stream is neither.
 * Returns undefined when the server knows no such streams. What has vanished leaves when the last object is in.
 */
export async function streamIntoStore<T extends CachedObject>(
  stream: Stream<T>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { options, selection } = stream;
  const listed = new Set<string>();
  const query = {
    ...selection,
    resourceVersion: "",
    resourceVersionMatch: "NotOlderThan",
    sendInitialEvents: true,
    timeoutSeconds,
  } as const;
  const resourceVersion = await endOf(stream, query, (line) => takeLine(stream, line, listed), signal);
  if (resourceVersion === undefined) return undefined;
  assertNotPutBack(stream, resourceVersion);
  options.store.removeUnlisted(listed, { namespace: selection.namespace ?? "", resourceVersion });
  return resourceVersion;
}

/** The version at which all that was there had been sent; undefined when the server refuses, or ends without telling it. */
async function endOf<T extends CachedObject>(
  stream: Stream<T>,
  query: Parameters<typeof guardedWatch>[1],
  take: (line: WatchLine) => string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const ending = await guardedWatch(stream, query, take, signal);
    if (ending.kind === "idle") throw unfinished(stream, "the connection fell silent");
    return ending.kind === "taken" ? ending.by : undefined;
  } catch (error) {
    if (isKubeError(error, "Rejected")) return undefined;
    throw error;
  }
}

/** Returns the version when it is the line that tells the end. */
function takeLine<T extends CachedObject>(stream: Stream<T>, line: WatchLine, listed: Set<string>): string | undefined {
  switch (line.kind) {
    case "bookmark":
      return line.endsInitial ? line.resourceVersion : undefined;
    case "event":
      // Nothing is sent before the end but what is there.
      takeInListed(stream, line.object, listed);
      return undefined;
    case "error":
      throw line.error;
    case "malformed":
      stream.options.metrics.parseFailed(stream.options.name);
      throw unfinished(stream, "a line of it cannot be read", line.cause);
  }
}

function unfinished<T extends CachedObject>({ options }: Stream<T>, what: string, cause?: unknown): KubeError {
  const message = `stream ${options.name}: ${what} before all was sent`;
  return new KubeError({ kind: "Unavailable", status: 0, reason: "Unfinished", message, cause });
}
