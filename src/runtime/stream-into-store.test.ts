import { expect, test } from "vitest";
import { answerJson, type Handler, openWatch, refuse } from "../testing/fake-api-server.ts";
import { allSent, bookmark, event, firstPage, list, reflect, restarts, thing } from "../testing/reflect.ts";
import { StoragePutBack } from "./put-back.ts";

/** A first page, of more to come. */
const longAt =
  (version: number): Handler =>
  (_q, r) =>
    answerJson(r, firstPage(version, thing("a", 1)));
const long = longAt(5);

/** A server that streams these, and says how far that is. */
const streams =
  (version: number, ...things: object[]): Handler =>
  (_q, r) =>
    openWatch(r)(...things.map((each) => event("ADDED", each)), bookmark(version - 1), allSent(version));

test("what is more than a page is streamed, and watched from where the stream says that all was sent", async () => {
  const { contents, watched, lists, reflector } = await reflect({
    lists: [long],
    watches: [
      streams(7, thing("a", 1), thing("b", 6)),
      (_q, r) => openWatch(r)(event("ADDED", thing("c", 8)), event("DELETED", thing("a", 9))),
    ],
  });
  await reflector.synced;
  await expect.poll(contents).toBe("b@6 c@8");
  const [stream, watch] = watched();
  expect(Object.fromEntries(stream ?? [])).toMatchObject({
    sendInitialEvents: "true",
    resourceVersionMatch: "NotOlderThan",
    allowWatchBookmarks: "true",
  });
  // No version: the latest, and not whatever a server that is behind has at hand.
  expect(stream?.has("resourceVersion")).toBe(false);
  expect(watch?.get("resourceVersion")).toBe("7");
  expect(lists()).toBe(1);
});

test("the cache does not count as filled before all was sent", async () => {
  let send: (...lines: object[]) => void = () => {};
  const { contents, reflector } = await reflect({
    lists: [long],
    watches: [(_q, r) => (send = openWatch(r))(event("ADDED", thing("a", 1)))],
  });
  await expect.poll(contents).toBe("a@1");
  expect(reflector.state().kind).not.toBe("watching");
  send(allSent(5));
  await reflector.synced;
});

test("what is not in a later stream has vanished", async () => {
  const { contents } = await reflect({
    lists: [long, longAt(15)],
    watches: [
      streams(7, thing("a", 1), thing("b", 6)),
      (_q, r) => openWatch(r)(event("ERROR", { kind: "Status", code: 410, reason: "Expired" })),
      streams(20, thing("b", 6), thing("c", 18)),
    ],
  });
  await expect.poll(contents).toBe("b@6 c@18");
});

test.each<[string, Handler]>([
  ["refuses to stream", (_q, r) => refuse(r, 422, "Invalid")],
  [
    "ends the stream without saying that all was sent",
    (_q, r) => (openWatch(r)(event("ADDED", thing("a", 1))), r.end()),
  ],
])("a server that %s is read page by page, and not asked again", async (_what, answer) => {
  const { contents, watched, lists } = await reflect({
    lists: [
      long,
      (_q, r) => answerJson(r, list(6, thing("b", 2))),
      longAt(50),
      (_q, r) => answerJson(r, list(60, thing("d", 50))),
    ],
    watches: [answer, (_q, r) => openWatch(r)(event("ERROR", { kind: "Status", code: 410, reason: "Expired" }))],
  });
  await expect.poll(contents).toBe("a@1 d@50");
  expect(lists()).toBe(4);
  expect(watched().filter((query) => query.has("sendInitialEvents"))).toHaveLength(1);
});

test.each<[string, Handler]>([
  [
    "breaks",
    (_q, r) => (openWatch(r)(event("ADDED", thing("b", 2))), setTimeout(() => r.socket?.resetAndDestroy(), 10)),
  ],
  ["falls silent", (_q, r) => openWatch(r)(event("ADDED", thing("b", 2)))],
  ["brings an error", (_q, r) => openWatch(r)(event("ERROR", { kind: "Status", code: 500, reason: "InternalError" }))],
  ["cannot be read", (_q, r) => r.end('{"type":')],
])("a stream that %s is asked for again, and nothing vanishes meanwhile", async (_how, broken) => {
  const { contents, reflector, store } = await reflect(
    { lists: [long], watches: [broken, streams(9, thing("a", 1), thing("b", 2))] },
    { idleLimitMs: 60 },
  );
  const gone: string[] = [];
  store.subscribe(({ before, after }) => void (after === undefined && gone.push(before?.key.name ?? "")));
  await reflector.synced;
  expect(contents()).toBe("a@1 b@2");
  expect(gone).toEqual([]);
});

test("a server that was put back meanwhile is noticed before anything is thought to have vanished", async () => {
  const { running, contents } = await reflect({
    lists: [(_q, r) => answerJson(r, list(50, thing("a", 1), thing("b", 2))), (_q, r) => answerJson(r, firstPage(60))],
    watches: [
      (_q, r) => openWatch(r)(event("ERROR", { kind: "Status", code: 410, reason: "Expired" })),
      streams(40, thing("a", 1)),
    ],
  });
  await expect(running).rejects.toThrow(StoragePutBack);
  expect(contents()).toBe("a@1 b@2");
});

test("streams are no watches: their ends are not counted as such", async () => {
  const { metric, reflector } = await reflect({ lists: [long], watches: [streams(7, thing("a", 1))] });
  await reflector.synced;
  expect(await metric(restarts("ended"))).toBe(0);
  expect(await metric('reflector_lists_total{name="things",reason="initial"}')).toBe(1);
});
