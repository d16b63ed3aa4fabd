import { setImmediate as nextTurn } from "node:timers/promises";
import type { ListPage } from "../kube/calls.ts";
import type { KubeObject } from "../kube/object.ts";
import { assertNotPutBack } from "./put-back.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";
import { streamIntoStore } from "./stream-into-store.ts";
import { takeInListed } from "./take-in-listed.ts";

/** What is not more than this comes as one answer. */
const firstPageObjects = 100;
/** A page near this size takes about 25 ms to parse; the next one is made smaller when this one was bigger. */
const pageMaxBytes = 4 * 1024 * 1024;
const pageMinObjects = 50;
const pageMaxObjects = 500;
/** So many records are made before others get a turn. */
const batchObjects = 100;

/**
 * Takes everything in that there is, and returns the version to watch from. Few objects are listed; many are streamed, unless
 * the server cannot do that: then they come page by page.
 */
export async function listIntoStore<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<string> {
  const { metrics, name } = stream.options;
  const resourceVersion = await takeAllIn(stream, signal);
  metrics.relisted(name, stream.initial ? "initial" : "relist");
  stream.initial = false;
  return resourceVersion;
}

async function takeAllIn<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<string> {
  const first = await readPage(stream, { limit: stream.options.pageSize ?? firstPageObjects }, signal);
  if (first.continue === undefined || !stream.streamable) return pagesIntoStore(stream, first, signal);
  const resourceVersion = await streamIntoStore(stream, signal);
  if (resourceVersion !== undefined) return resourceVersion;
  stream.streamable = false;
  return pagesIntoStore(stream, first, signal);
}

/** Each page goes into the store as it comes, with turns of the event loop in between; what has vanished leaves when the last
 * page is in. */
async function pagesIntoStore<T extends CachedObject>(
  stream: Stream<T>,
  first: ListPage<KubeObject>,
  signal: AbortSignal,
): Promise<string> {
  const { store, pageSize } = stream.options;
  const listed = new Set<string>();
  const pageMax = pageSize ?? pageMaxObjects;
  let limit = pageSize ?? firstPageObjects;
  let page = first;
  await takePageIn(stream, page, { listed, signal });
  while (page.continue !== undefined) {
    limit = nextLimit(limit, pageMax, page.sizeBytes);
    page = await readPage(stream, { limit, continue: page.continue }, signal);
    await takePageIn(stream, page, { listed, signal });
  }
  const { resourceVersion } = page;
  store.removeUnlisted(listed, { namespace: stream.selection.namespace ?? "", resourceVersion });
  return resourceVersion;
}

async function readPage<T extends CachedObject>(
  stream: Stream<T>,
  part: { readonly limit: number; readonly continue?: string },
  signal: AbortSignal,
): Promise<ListPage<KubeObject>> {
  const { client, resource } = stream.options;
  const page = await client.list<KubeObject>(resource, { ...stream.selection, ...part }, signal);
  stream.touch();
  assertNotPutBack(stream, page.resourceVersion);
  return page;
}

async function takePageIn<T extends CachedObject>(
  stream: Stream<T>,
  { items }: ListPage<KubeObject>,
  { listed, signal }: { readonly listed: Set<string>; readonly signal: AbortSignal },
): Promise<void> {
  for (let from = 0; from < items.length; from += batchObjects) {
    await nextTurn(undefined, { signal });
    for (const raw of items.slice(from, from + batchObjects)) takeInListed(stream, raw, listed);
  }
  await nextTurn(undefined, { signal });
}

function nextLimit(limit: number, pageMax: number, sizeBytes: number): number {
  if (sizeBytes <= pageMaxBytes / 2) return Math.min(pageMax, limit * 2);
  return Math.max(pageMinObjects, Math.min(pageMax, Math.floor((limit * pageMaxBytes) / sizeBytes)));
}
