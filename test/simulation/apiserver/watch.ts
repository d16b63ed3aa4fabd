import { expired, type ApiError } from "./api-error.ts";
import type { BodyChannel } from "./body-channel.ts";
import type { ApiContext } from "./context.ts";
import { toServed } from "./convert.ts";
import type { ApiObject, JsonObject } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import { isIn, listOptionsInvalid, parseWatchRevision, type Collection } from "./list.ts";
import { parseSelectors, type Selector } from "./selectors.ts";
import type { Change } from "./store.ts";
import type { WatchFaults } from "./fault.ts";
import { createDelivery } from "./watch-delivery.ts";

/** Settings of every watch. */
export interface WatchSettings {
  readonly bookmarkIntervalMs: number;
  /** How long a watch lasts that did not say; the server adds up to as much again at random. */
  readonly timeoutMs: number;
  readonly faults: WatchFaults;
  /** How an object is written: whole, or only its metadata. */
  readonly represent: (object: ApiObject) => JsonObject;
}

const bookmarkBeforeEndMs = 2_000;

/** Checks a watch request before the stream begins; throws what is answered with an ordinary error. */
export function checkWatchOptions(query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch") ?? "";
  const initial = query.get("sendInitialEvents");
  if (initial !== null && match !== "NotOlderThan") {
    throw listOptionsInvalid(
      "resourceVersionMatch",
      "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
  if (match !== "" && initial === null) {
    throw listOptionsInvalid(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
  parseWatchRevision(query.get("resourceVersion") || "0");
}

/** Starts writing a collection's changes to the channel; returns what stops it. */
export function startWatch(
  context: ApiContext,
  collection: Collection,
  query: URLSearchParams,
  to: { channel: BodyChannel; settings: WatchSettings },
): () => void {
  const { channel, settings } = to;
  const { clock, store, random } = context;
  const delivery = createDelivery(clock, random, channel, settings.faults);
  const view = viewOf(collection, parseSelectors(query, collection.kind), settings.represent);
  const write = (event: JsonObject | undefined): void => {
    if (event !== undefined) delivery.send(event);
  };
  if (!replay(context, collection, query, { view, write })) {
    channel.end();
    return () => undefined;
  }
  const unsubscribe = store.subscribe((change) => write(view.eventOf(change)));
  const bookmarked = wantsBookmarks(query) && settings.faults.noBookmarks !== true;
  const bookmark = (): void => (bookmarked ? write(view.bookmark(store.revision)) : undefined);
  let cancelBookmark = (): void => undefined;
  const bookmarkLater = (): void => {
    cancelBookmark = clock.after(settings.bookmarkIntervalMs, () => {
      bookmark();
      bookmarkLater();
    });
  };
  if (bookmarked) bookmarkLater();
  const asked = Number(query.get("timeoutSeconds") ?? 0) * 1000;
  const lastsMs = asked > 0 ? asked : settings.timeoutMs * (1 + random());
  const cancelEnd = clock.after(lastsMs, () => delivery.end());
  const cancelLast =
    lastsMs > bookmarkBeforeEndMs ? clock.after(lastsMs - bookmarkBeforeEndMs, bookmark) : () => undefined;
  return () => {
    for (const stop of [unsubscribe, cancelBookmark, cancelEnd, cancelLast, delivery.stop]) stop();
  };
}

function wantsBookmarks(query: URLSearchParams): boolean {
  return ["true", "1"].includes(query.get("allowWatchBookmarks") ?? "");
}

/** What a watcher sees of the world. */
interface View {
  eventOf(change: Change): JsonObject | undefined;
  added(object: ApiObject): JsonObject | undefined;
  bookmark(revision: number, annotations?: Record<string, string>): JsonObject;
}

function viewOf(collection: Collection, selected: Selector | undefined, represent: WatchSettings["represent"]): View {
  const { kind, version } = collection;
  const show = (object: ApiObject): ApiObject => toServed(object, kind, version);
  const sees = (object: ApiObject | undefined): boolean =>
    object !== undefined && (selected === undefined || selected(show(object)));
  const event = (type: string, object: ApiObject): JsonObject => ({ type, object: represent(show(object)) });
  return {
    eventOf: (change) => {
      if (change.storage !== kind.storage) return undefined;
      if (!isIn(collection, change.key)) return undefined;
      const before = sees(change.previous);
      const now = change.type !== "DELETED" && sees(change.object);
      if (now) return event(before ? "MODIFIED" : "ADDED", change.object);
      if (!before || change.previous === undefined) return undefined;
      // The last state that the watcher could see, at the revision at which it went out of sight.
      const { resourceVersion } = change.object.metadata;
      return event("DELETED", {
        ...change.previous,
        metadata: { ...change.previous.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      });
    },
    added: (object) => (sees(object) ? event("ADDED", object) : undefined),
    bookmark: (revision, annotations) => {
      const metadata = { resourceVersion: String(revision), ...(annotations === undefined ? {} : { annotations }) };
      return { type: "BOOKMARK", object: { kind: kind.kind, apiVersion: apiVersionOf(kind, version.name), metadata } };
    },
  };
}

function collectedIn(store: ApiContext["store"], collection: Collection): ApiObject[] {
  return [...store.list(collection.kind.storage)].filter(([key]) => isIn(collection, key)).map(([, object]) => object);
}

const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/** Writes what happened before the watch began; false when that is no longer known and the stream ends here. */
function replay(
  { store }: ApiContext,
  collection: Collection,
  query: URLSearchParams,
  out: { view: View; write: (event: JsonObject | undefined) => void },
): boolean {
  const revision = parseWatchRevision(query.get("resourceVersion") || "0");
  const initial = query.get("sendInitialEvents");
  if (initial === "true" || (revision === 0 && initial !== "false")) {
    for (const object of collectedIn(store, collection)) out.write(out.view.added(object));
    if (initial === "true" && wantsBookmarks(query)) out.write(out.view.bookmark(store.revision, initialEventsEnd));
    return true;
  }
  const changes = store.changesSince(revision);
  if (changes === undefined) {
    out.write(errorEvent(expired(`too old resource version: ${revision} (${store.compactedRevision})`)));
    return false;
  }
  for (const change of changes) out.write(out.view.eventOf(change));
  return true;
}

/** An error in the middle of a stream. */
export function errorEvent(error: ApiError): JsonObject {
  return { type: "ERROR", object: error.toStatus() };
}
