import { expect, test } from "vitest";
import type { KubeClient } from "../kube/client.ts";
import { areGone } from "./are-gone.ts";

const shop = { namespace: "team", name: "shop" };

function ask(components: readonly string[], spec: object = { application: "shop" }, metadata: object = {}) {
  const asked: string[] = [];
  const client = {
    get: (_resource: unknown, { name }: { name: string }) => {
      asked.push(name);
      return Promise.resolve(name === "there" ? { metadata: { name, ...metadata }, spec } : undefined);
    },
  } as unknown as KubeClient;
  const answer = areGone({ client }, shop, components, new AbortController().signal);
  return answer.then((gone) => ({ gone, asked }));
}

test.each<[string, readonly string[], object, object, boolean]>([
  ["nobody knows are gone", ["a", "b.c"], {}, {}, true],
  ["one of them is there are not", ["a", "there"], { application: "shop" }, {}, false],
  ["went to another Application are gone", ["there"], { application: "other" }, {}, true],
  [
    "are being deleted are gone",
    ["there"],
    { application: "shop" },
    { deletionTimestamp: "2026-11-01T12:00:00Z" },
    true,
  ],
])("Components that %s", async (_what, components, spec, metadata, gone) => {
  expect(await ask(components, spec, metadata)).toMatchObject({ gone });
});

test.each(["", "..", "a/b", "Evil", "\ud800", "-a"])(
  "nothing can be called %o, so that nobody is asked",
  async (name) => {
    expect(await ask([name])).toEqual({ gone: true, asked: [] });
  },
);
