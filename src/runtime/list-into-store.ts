import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubeObject } from "../kube/object.ts";
import { keyOf, takeIn } from "./cached-client.ts";
import { assertNotPutBack } from "./put-back.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

/** A page near this size takes about 20 ms to parse; the next one is made smaller when this one was bigger. */
const pageMaxBytes = 3 * 1024 * 1024;
const pageMinObjects = 50;

/**
 * Lists everything, page by page with a turn of the event loop between them, and returns the version to watch from.
 * Each page goes into the store as it comes; what has vanished leaves when the last page is in.
 */
export async function listIntoStore<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<string> {
  const { options, selection } = stream;
  const { client, resource, store, metrics, name } = options;
  const listed: T[] = [];
  const pageMax = options.pageSize ?? 500;
  let limit = pageMax;
  let next: string | undefined;
  let resourceVersion = "";
  do {
    const query = { ...selection, limit, ...(next === undefined ? {} : { continue: next }) };
    const page = await client.list<KubeObject>(resource, query, signal);
    stream.touch();
    assertNotPutBack(stream, page.resourceVersion);
    for (const raw of page.items) {
      const record = takeInListed(stream, raw);
      if (record !== undefined) listed.push(record);
    }
    next = page.continue;
    resourceVersion = page.resourceVersion;
    limit = nextLimit(limit, pageMax, page.sizeBytes);
    await nextTurn(undefined, { signal });
  } while (next !== undefined);
  store.replaceAll(listed, { namespace: selection.namespace ?? "", resourceVersion, initial: stream.initial });
  metrics.relisted(name, stream.initial ? "initial" : "relist");
  stream.initial = false;
  return resourceVersion;
}

/** The record that the store now has; the old one if the object cannot be projected, so that it does not seem deleted. */
function takeInListed<T extends CachedObject>(stream: Stream<T>, raw: KubeObject): T | undefined {
  const { store, project } = stream.options;
  try {
    takeIn(store, project, raw, stream.initial);
  } catch (error) {
    stream.skipped(error, raw.metadata.name);
  }
  const known = store.get(keyOf(raw));
  return known?.uid === raw.metadata.uid ? known : undefined;
}

function nextLimit(limit: number, pageMax: number, sizeBytes: number): number {
  if (sizeBytes <= pageMaxBytes / 2) return Math.min(pageMax, limit * 2);
  return Math.max(pageMinObjects, Math.min(pageMax, Math.floor((limit * pageMaxBytes) / sizeBytes)));
}
