import { expect, test } from "vitest";
import type { KubeClient } from "../kube/client.ts";
import type { Caches } from "../cache/caches.ts";
import { areGone } from "./are-gone.ts";

const shop = { kind: "Application", namespace: "team", name: "shop" } as const;

function ask(components: readonly string[], spec: object = { application: "shop" }, metadata: object = {}) {
  const asked: string[] = [];
  const client = {
    get: (_resource: unknown, { name }: { name: string }) => {
      asked.push(name);
      return Promise.resolve(name === "there" ? { metadata: { name, ...metadata }, spec } : undefined);
    },
  } as unknown as KubeClient;
  const answer = areGone({ client, caches: {} as Caches }, shop, components, new AbortController().signal);
  return answer.then((gone) => ({ gone, asked }));
}

const there = ["there"];
const deletionTimestamp = "2026-11-01T12:00:00Z";

test.each<[string, boolean, Parameters<typeof ask>]>([
  ["nobody knows are gone", true, [["a", "b.c"]]],
  ["one of them is there are not", false, [["a", "there"]]],
  ["went to another Application are gone", true, [there, { application: "other" }]],
  ["are being deleted are gone", true, [there, { application: "shop" }, { deletionTimestamp }]],
])("Components that %s", async (_what, gone, given) => {
  expect(await ask(...given)).toMatchObject({ gone });
});

test.each(["", "..", "a/b", "Evil", "\ud800", "-a"])(
  "nothing can be called %o, so that nobody is asked",
  async (name) => {
    expect(await ask([name])).toEqual({ gone: true, asked: [] });
  },
);
