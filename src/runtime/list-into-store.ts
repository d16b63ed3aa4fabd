import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubeObject } from "../kube/object.ts";
import { takeIn } from "./cached-client.ts";
import { assertNotPutBack } from "./put-back.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

/** A page near this size takes about 25 ms to parse; the next one is made smaller when this one was bigger. */
const pageMaxBytes = 4 * 1024 * 1024;
const pageMinObjects = 50;
/** So many records are made before others get a turn. */
const batchObjects = 100;

/**
 * Lists everything, page by page, and returns the version to watch from. Each page goes into the store as it comes, with
 * turns of the event loop in between; what has vanished leaves when the last page is in.
 */
export async function listIntoStore<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<string> {
  const { options, selection } = stream;
  const { client, resource, store, metrics, name } = options;
  const listed = new Set<string>();
  const pageMax = options.pageSize ?? 500;
  let limit = pageMax;
  let next: string | undefined;
  let resourceVersion = "";
  do {
    const query = { ...selection, limit, ...(next === undefined ? {} : { continue: next }) };
    const page = await client.list<KubeObject>(resource, query, signal);
    stream.touch();
    assertNotPutBack(stream, page.resourceVersion);
    for (let from = 0; from < page.items.length; from += batchObjects) {
      await nextTurn(undefined, { signal });
      for (const raw of page.items.slice(from, from + batchObjects)) takeInListed(stream, raw, listed);
    }
    next = page.continue;
    resourceVersion = page.resourceVersion;
    limit = nextLimit(limit, pageMax, page.sizeBytes);
    await nextTurn(undefined, { signal });
  } while (next !== undefined);
  store.removeUnlisted(listed, { namespace: selection.namespace ?? "", resourceVersion });
  metrics.relisted(name, stream.initial ? "initial" : "relist");
  stream.initial = false;
  return resourceVersion;
}

/** One that cannot be projected stays as it was known: it must not seem deleted. */
function takeInListed<T extends CachedObject>(stream: Stream<T>, raw: KubeObject, listed: Set<string>): void {
  const { store, project } = stream.options;
  if (raw.metadata.uid !== undefined) listed.add(raw.metadata.uid);
  try {
    takeIn(store, project, raw, stream.initial);
  } catch (error) {
    stream.skipped(error, raw.metadata.name);
  }
}

function nextLimit(limit: number, pageMax: number, sizeBytes: number): number {
  if (sizeBytes <= pageMaxBytes / 2) return Math.min(pageMax, limit * 2);
  return Math.max(pageMinObjects, Math.min(pageMax, Math.floor((limit * pageMaxBytes) / sizeBytes)));
}
