import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createCaches } from "../../src/caches.ts";
import { configurationOf, walked } from "./configurations.ts";
import { kindNames, kinds } from "./kinds.ts";
import { mutants, quickMutants } from "./mutants.ts";
import { placesOf } from "./mutate.ts";
import { runAll } from "./pool.ts";
import { readToken, tellPath, tokenOf } from "./story.ts";
import type { Found, Task } from "./task.ts";

const limitMs = 30_000;
const walksMax = 15;
const quick = [
  "2x1",
  "2x1-first-images",
  "1x3",
  "2x1-removed",
  "2x1-added",
  "2x1-list-deleted",
  "2x1-list-edited",
  "1x1-fault",
  "1x1-removed-late",
  "1x1-faults-lags-reruns",
  "group-2x1",
  "group-1x1-ordered",
];

describe("the search of the shipped operator's states", () => {
  test("finds no broken invariant in any state of the small worlds", async () => {
    const found = await runAll(
      quick.map((configuration): Task => ({ kind: "search", configuration, limitMs })),
      2,
      () => {},
    );
    expect(found.map(summary)).toEqual(
      quick.map((configuration) => ({ configuration, exhausted: true, story: undefined })),
    );
  }, 120_000);

  test("finds nothing on some ways through large worlds", async () => {
    const found = await runAll(
      walked.map(({ name }): Task => ({ kind: "walk", configuration: name, limitMs: 100_000, seed: 1, walksMax })),
      2,
      () => {},
    );
    expect(found.map(({ walked: { walks = 0 } = {}, story }) => ({ walks, story: story?.lines.join("\n") }))).toEqual(
      walked.map(() => ({ walks: walksMax, story: undefined })),
    );
  }, 120_000);

  test("finds every one of some seeded mistakes", async () => {
    const found = await runAll(
      quickMutants.map((mutant): Task => ({ kind: "mutant", mutant, limitMs })),
      2,
      () => {},
    );
    const missed = quickMutants.filter((_, index) => found[index]?.story === undefined);
    expect(missed).toEqual([]);
  }, 120_000);

  test.each(mutants)("has a place in src/$file for the mistake: $name", ({ file, find }) => {
    const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
    expect(placesOf(find, source)).toHaveLength(1);
  });

  test("follows the kinds that the operator follows", () => {
    const watching = { clock: { monotonic: () => 0 }, metrics: new Proxy({}, { get: () => () => {} }) };
    const { caches, writeThrough } = createCaches(watching as unknown as Parameters<typeof createCaches>[0]);
    expect(kindNames.map((kind) => kinds[kind].cache).sort()).toEqual(Object.keys(caches).sort());
    expect(kindNames.map((kind) => kinds[kind].resource)).toEqual(writeThrough.map(({ resource }) => resource));
  });

  test("tells a way in one word, and reads it again", () => {
    const path = ["build a1 finishes", "operator 1 reconciles promotion/shop [lost at call 2]"];
    expect(readToken(tokenOf("1x1-fault", path))).toEqual({ configuration: "1x1-fault", path });
  });

  test("tells which steps of a way cannot be taken any more", async () => {
    const { lines } = await tellPath(configurationOf("1x1-fault"), ["build a1 finishes", "build z9 finishes"]);
    expect(lines.slice(1)).toEqual([
      "1. build a1 finishes",
      "Left out, since it could not happen where it stood: build z9 finishes",
      "The code or the model has changed since this way was printed.",
      "=> nothing is broken",
    ]);
  });
});

function summary({ configuration, searched, story }: Found): object {
  return { configuration, exhausted: searched?.exhausted, story: story?.lines.join("\n") };
}
