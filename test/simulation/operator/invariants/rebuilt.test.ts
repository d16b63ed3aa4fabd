import { expect, test } from "vitest";
import { createSimulatedApiServer } from "../../apiserver/server.ts";
import { createSeededRandom } from "../../apiserver/seeded-random.ts";
import { createVirtualClock } from "../../apiserver/virtual-clock.ts";
import { definitions, namespace, types } from "../definitions.ts";
import { GroundTruth } from "../ground-truth.ts";
import { imageOf } from "../manifests.ts";
import type { Stage } from "../stage.ts";
import { notAsBefore, rebuildable } from "./rebuilt.ts";

const list = (candidate: string, promoted: string): object => ({
  ...types.configMap,
  metadata: { name: "shop-gcl", namespace },
  data: {
    a: JSON.stringify({ image: imageOf("a", candidate), revision: 2 }),
    _ledger: JSON.stringify({
      revision: 2,
      promoted: { snapshot: "shop-a-1", type: "component", revision: 1, content: { a: imageOf("a", promoted) } },
      committed: [],
    }),
  },
});

test.each<[string, object | undefined, readonly string[]]>([
  ["comes back as it was", list("a.2", "a.1"), []],
  ["comes back, and its composite has passed meanwhile", list("a.2", "a.2"), []],
  ["does not come back", undefined, ["rebuilt: shop-gcl does not come back"]],
  ["comes back with an older candidate", list("a.1", "a.1"), ["rebuilt: shop-gcl was {a.2} and is {a.1}"]],
  ["comes back with another promotion", list("a.2", "a.0"), ["rebuilt: {a.1} was promoted in shop-gcl, and {a.0} is"]],
])("a candidate list that %s", (_how, after, expected) => {
  const clock = createVirtualClock();
  const server = createSimulatedApiServer({ clock, random: createSeededRandom(1), definitions });
  const stage = { server, truth: new GroundTruth() } as unknown as Stage;
  server.put(list("a.2", "a.1"));
  const untouched = { wasLost: false } as never;
  const before = rebuildable(stage, new Map([["shop-gcl", untouched]]));
  server.delete(types.configMap, "shop-gcl", namespace);
  if (after !== undefined) server.put(after);
  expect(notAsBefore(stage, before)).toEqual(expected);
});
