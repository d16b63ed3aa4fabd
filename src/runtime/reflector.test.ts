import { expect, test } from "vitest";
import type { KubeObject } from "../kube/object.ts";
import { answerJson, type Handler, openWatch, refuse } from "../testing/fake-api-server.ts";
import { bookmark, event, list, reflect, restarts, thing, type Thing } from "../testing/reflect.ts";

test("lists, then watches from the version of the list, with bookmarks and a limit of time", async () => {
  const { reflector, contents, watched } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5, thing("a", 1), thing("b", 4)))],
    watches: [
      (_q, r) =>
        openWatch(r)(event("ADDED", thing("c", 6)), event("MODIFIED", thing("a", 7)), event("DELETED", thing("b", 8))),
    ],
  });
  await reflector.synced;
  await expect.poll(contents).toBe("a@7 c@6");
  const [query] = watched();
  expect(query?.get("resourceVersion")).toBe("5");
  expect(query?.get("allowWatchBookmarks")).toBe("true");
  expect(Number(query?.get("timeoutSeconds"))).toBeGreaterThanOrEqual(290);
  expect(Number(query?.get("timeoutSeconds"))).toBeLessThanOrEqual(580);
});

test("a connection that is reset in mid-stream is taken up again where it broke", async () => {
  const { contents, watched, lists, metric } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5))],
    watches: [
      (_q, r) => {
        openWatch(r)(event("ADDED", thing("a", 6)));
        setTimeout(() => r.socket?.resetAndDestroy(), 10);
      },
      (_q, r) => openWatch(r)(event("ADDED", thing("b", 7))),
    ],
  });
  await expect.poll(contents).toBe("a@6 b@7");
  expect(watched().map((query) => query.get("resourceVersion"))).toEqual(["5", "6"]);
  expect(lists()).toBe(1);
  expect(await metric(restarts("Unavailable"))).toBe(1);
});

test("a server that is down for a while is found again", async () => {
  const { contents, lists } = await reflect({
    lists: [
      (q) => q.socket.resetAndDestroy(),
      (_q, r) => refuse(r, 500, "InternalError"),
      (q) => q.socket.resetAndDestroy(),
      (_q, r) => answerJson(r, list(5, thing("a", 1))),
    ],
    watches: [],
  });
  await expect.poll(contents, { timeout: 3_000 }).toBe("a@1");
  expect(lists()).toBe(4);
});

test("a connection that falls silent without a word is given up and taken up again", async () => {
  const { contents, watched, metric, server } = await reflect(
    {
      lists: [(_q, r) => answerJson(r, list(5))],
      watches: [
        (_q, r) => openWatch(r)(event("ADDED", thing("a", 6))),
        (_q, r) => openWatch(r)(event("ADDED", thing("b", 7))),
      ],
    },
    { idleLimitMs: 60 },
  );
  await expect.poll(contents).toBe("a@6 b@7");
  expect(watched()[1]?.get("resourceVersion")).toBe("6");
  expect(await metric(restarts("idle"))).toBe(1);
  expect(server.sockets.size).toBeLessThanOrEqual(2);
});

test("any byte shows that a connection lives", async () => {
  const { contents, watched, metric } = await reflect(
    {
      lists: [(_q, r) => answerJson(r, list(5))],
      watches: [
        (_q, r) => {
          const send = openWatch(r);
          let version = 10;
          const beat = setInterval(() => send(bookmark((version += 1))), 20);
          setTimeout(() => (clearInterval(beat), send(event("ADDED", thing("late", 100)))), 250);
        },
      ],
    },
    { idleLimitMs: 120 },
  );
  await expect.poll(contents).toBe("late@100");
  expect(watched()).toHaveLength(1);
  expect(await metric(restarts("idle"))).toBe(0);
});

test("a watch is resumed from the last bookmark", async () => {
  const { watched } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5))],
    watches: [(_q, r) => (openWatch(r)(bookmark(90)), r.end())],
  });
  await expect.poll(() => watched()[1]?.get("resourceVersion")).toBe("90");
});

test.each<[string, Handler]>([
  ["as the answer to the watch", (_q, r) => refuse(r, 410, "Expired")],
  ["in the stream", (_q, r) => openWatch(r)(event("ERROR", { kind: "Status", code: 410, reason: "Expired" }))],
])("a forgotten version (410 %s) leads to a new list, which also finds what was missed", async (_where, gone) => {
  const { contents, metric } = await reflect({
    lists: [
      (_q, r) => answerJson(r, list(5, thing("a", 1), thing("missed", 2))),
      (_q, r) => answerJson(r, list(50, thing("a", 1), thing("b", 40))),
    ],
    watches: [gone],
  });
  await expect.poll(contents).toBe("a@1 b@40");
  expect(await metric(restarts("Gone"))).toBe(1);
  expect(await metric('reflector_lists_total{name="things",reason="relist"}')).toBe(1);
});

test("an error in the stream that is not about the version is waited out, without a new list", async () => {
  const { contents, lists, metric } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5))],
    watches: [
      (_q, r) =>
        openWatch(r)(
          event("ADDED", thing("a", 6)),
          event("ERROR", { kind: "Status", code: 500, message: "etcdserver: request timed out" }),
        ),
      (_q, r) => openWatch(r)(event("ADDED", thing("b", 7))),
    ],
  });
  await expect.poll(contents).toBe("a@6 b@7");
  expect(lists()).toBe(1);
  expect(await metric(restarts("Unavailable"))).toBe(1);
});

test("a line that cannot be read is counted and leads to a new list", async () => {
  const { contents, metric } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5)), (_q, r) => answerJson(r, list(7, thing("lost", 6)))],
    watches: [(_q, r) => openWatch(r)('{"type":"ADDED","object":{"meta')],
  });
  await expect.poll(contents).toBe("lost@6");
  expect(await metric('reflector_parse_errors_total{name="things"}')).toBe(1);
  expect(await metric(restarts("malformed"))).toBe(1);
});

test("events are applied in the order in which they were sent, however they are cut", async () => {
  const seen: string[] = [];
  const { store, contents } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5))],
    watches: [
      (_q, r) => {
        openWatch(r);
        const text = [
          event("ADDED", thing("x", 101)),
          event("MODIFIED", thing("x", 102)),
          event("MODIFIED", thing("x", 103)),
        ]
          .map((e) => `${JSON.stringify(e)}\n`)
          .join("");
        for (const piece of text.match(/.{1,37}/gs) ?? []) r.write(piece);
      },
    ],
  });
  store.subscribe(({ after }) => seen.push(after?.resourceVersion ?? "-"));
  await expect.poll(contents).toBe("x@103");
  expect(seen).toEqual(["101", "102", "103"]);
});

test("a handler that throws is counted and does not stop the reader", async () => {
  const { store, contents, metric } = await reflect({
    lists: [(_q, r) => setTimeout(() => answerJson(r, list(5, thing("a", 1))), 10)],
    watches: [(_q, r) => openWatch(r)(event("ADDED", thing("b", 6)))],
  });
  store.subscribe(() => {
    throw new Error("handler");
  });
  await expect.poll(contents).toBe("a@1 b@6");
  expect(await metric('reflector_handler_errors_total{name="things"}')).toBe(2);
});

test("an object that cannot be projected is skipped and logged once; a known one is kept as it was", async () => {
  const project = (raw: KubeObject & { bad?: boolean }): Thing => {
    if (raw.bad) throw new Error("unreadable");
    return {
      key: { namespace: "ns", name: raw.metadata.name },
      uid: raw.metadata.uid!,
      resourceVersion: raw.metadata.resourceVersion!,
      size: 1,
    };
  };
  const { contents, metric, logger } = await reflect(
    {
      lists: [
        (_q, r) => answerJson(r, list(5, thing("a", 1), thing("never", 2, { bad: true }))),
        (_q, r) => answerJson(r, list(20, thing("a", 9, { bad: true }), thing("c", 15))),
      ],
      watches: [
        (_q, r) =>
          openWatch(r)(
            event("MODIFIED", thing("a", 9, { bad: true })),
            event("ADDED", thing("b", 10)),
            event("ERROR", { code: 410 }),
          ),
      ],
    },
    { project },
  );
  await expect.poll(contents).toBe("a@1 c@15");
  expect(await metric('reflector_skipped_objects_total{name="things"}')).toBe(3);
  expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(1);
});

test("only the projection is kept, and what loses our interest leaves", async () => {
  const project = (raw: KubeObject & { wanted?: boolean }): Thing | undefined =>
    raw.wanted
      ? {
          key: { namespace: "ns", name: raw.metadata.name },
          uid: raw.metadata.uid!,
          resourceVersion: raw.metadata.resourceVersion!,
          size: 1,
        }
      : undefined;
  const { store, contents } = await reflect(
    {
      lists: [(_q, r) => answerJson(r, list(5, thing("a", 1, { wanted: true, spec: "much" }), thing("b", 2)))],
      watches: [
        (_q, r) => {
          const send = openWatch(r);
          send(event("MODIFIED", thing("a", 6)), event("MODIFIED", thing("b", 7, { wanted: true })));
          send(event("MODIFIED", thing("a", 8, { wanted: true, spec: "much" })));
        },
      ],
    },
    { project },
  );
  await expect.poll(contents).toBe("a@8 b@7");
  expect(store.all().every((record) => Object.keys(record).toSorted().join() === "key,resourceVersion,size,uid")).toBe(
    true,
  );
});

test("a kind that is not served is waited for quietly and holds nobody up when it is optional", async () => {
  const lists: Handler[] = [(_q, r) => refuse(r, 404, "NotFound"), (_q, r) => refuse(r, 404, "NotFound")];
  const { reflector, contents, logger } = await reflect({ lists, watches: [] }, { optional: true });
  await reflector.synced;
  expect(reflector.state()).toEqual({ kind: "notServed" });
  lists.push((_q, r) => answerJson(r, list(5, thing("a", 1))));
  await expect.poll(contents, { timeout: 3_000 }).toBe("a@1");
  expect(reflector.state()).toEqual({ kind: "watching" });
  expect(logger.lines.map(({ message }) => message)).toEqual(["the kind is not served; waiting for it", "watching"]);
});

test("each namespace has its own list and watch, and all must be listed before the cache counts as filled", async () => {
  const { reflector, server, contents } = await reflect(
    { lists: [({ url }, r) => answerJson(r, list(5, thing(url?.includes("/one/") ? "a" : "b", 1)))], watches: [] },
    { namespaces: ["one", "two"], labelSelector: "x=y" },
  );
  await reflector.synced;
  expect(contents()).toBe("a@1 b@1");
  await expect.poll(() => server.asked.length).toBe(4);
  expect(server.asked.every((line) => line.includes("labelSelector=x%3Dy"))).toBe(true);
});

test("the age of the last sign of life grows while the server is silent", async () => {
  const { reflector } = await reflect({ lists: [(_q, r) => answerJson(r, list(5))], watches: [] });
  await reflector.synced;
  const before = reflector.lastEventAgeMs();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reflector.lastEventAgeMs()).toBeGreaterThan(before);
});

test("a stop ends every watch and wait at once", async () => {
  const { reflector, stop, running, server } = await reflect({
    lists: [(_q, r) => answerJson(r, list(5))],
    watches: [],
  });
  await reflector.synced;
  await expect.poll(() => server.asked.length).toBe(2);
  stop.abort(new Error("stop"));
  await running;
  await expect.poll(() => server.asked.length).toBe(2);
});
