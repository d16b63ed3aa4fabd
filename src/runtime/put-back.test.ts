import { expect, test } from "vitest";
import { answerJson, type Handler, openWatch, refuse } from "../testing/fake-api-server.ts";
import { agrees, event, list, reflect, thing } from "../testing/reflect.ts";
import { StoragePutBack } from "./put-back.ts";

test.each<[string, Handler, Handler]>([
  [
    "when a watch that broke is taken up again",
    (_q, r) => void r.socket?.resetAndDestroy(),
    (_q, r) => answerJson(r, list(30)),
  ],
  ["when all is listed anew", (_q, r) => refuse(r, 410, "Expired"), agrees],
])("a server that was put back to an earlier time is noticed %s", async (_when, broken, verify) => {
  const { reflector, running, contents } = await reflect({
    lists: [
      (_q, r) => answerJson(r, list(50, thing("a", 40), thing("lost", 30))),
      (_q, r) => answerJson(r, list(20, thing("a", 7))),
    ],
    watches: [broken],
    verify,
  });
  await reflector.synced;
  await expect(running).rejects.toThrow(StoragePutBack);
  expect(contents()).toBe("a@40 lost@30");
});

test("whether a server was put back is asked again when there was no answer", async () => {
  let asked = 0;
  const { contents, lists } = await reflect({
    lists: [(_q, r) => answerJson(r, list(50, thing("a", 40)))],
    watches: [(_q, r) => void r.socket?.resetAndDestroy(), (_q, r) => openWatch(r)(event("ADDED", thing("b", 60)))],
    verify: (q, r, body) => (++asked === 1 ? refuse(r, 503, "Unavailable") : agrees(q, r, body)),
  });
  await expect.poll(contents).toBe("a@40 b@60");
  expect([asked, lists()]).toEqual([2, 1]);
});
