import { expect, test } from "vitest";
import { candidateListName } from "../../src/domain/names.ts";
import { overrideSnapshot } from "./support/manifests.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { openApart } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

// What is kept of the Snapshots that nothing is left to do for: docs/reference/snapshot-gc.md.
const namesOf = async (shop: Shop): Promise<readonly string[]> =>
  (await shop.snapshots()).map(({ name }) => name).toSorted();

/** Waits until exactly these Snapshots are there, and stay. */
async function expectKept(shop: Shop, expected: readonly string[]): Promise<void> {
  const sorted = expected.toSorted();
  await waitFor(
    `only ${sorted.join(", ")} are kept`,
    () => namesOf(shop),
    (names) => JSON.stringify(names) === JSON.stringify(sorted),
  );
  await letPass(500);
  expect(await namesOf(shop)).toEqual(sorted);
}

/** Builds one after the other, each tested and promoted; returns their Snapshots' names. Ages differ by a second at least. */
async function buildInTurn(shop: Shop, ofComponent: string, names: readonly string[]): Promise<readonly string[]> {
  const made: string[] = [];
  for (const name of names) {
    await shop.build(ofComponent, name);
    made.push((await shop.outcomeOf(name, "True Promoted")).name);
    await letPass(1000);
  }
  return made;
}

const pullRequest = (number: string): { readonly labels: Readonly<Record<string, string>> } => ({
  labels: {
    "pipelinesascode.tekton.dev/event-type": "pull_request",
    "pipelinesascode.tekton.dev/pull-request": number,
  },
});

const keepNothing = ["--pr-snapshots-to-keep=0", "--non-pr-snapshots-to-keep=0"];

test.concurrent(
  "the oldest go, but never one that is released, wanted, in the candidate list, or a Component's newest",
  async (context) => {
    const { shop, start } = await openApart(context);
    await start("--no-snapshot-gc").then(async (without) => {
      await shop.furnish({ scenarios: [], plans: [] });
      await buildInTurn(shop, "backend", ["backend-1", "backend-2"]);
      await buildInTurn(shop, "frontend", ["frontend-1", "frontend-2", "frontend-3", "frontend-4", "frontend-5"]);
      expect(await namesOf(shop)).toHaveLength(7);
      await without.stop();
    });
    const snapshotOf = async (build: string): Promise<string> => (await shop.snapshotOf(build)).name;
    const [released, wanted, expired] = await Promise.all(["frontend-1", "frontend-2", "backend-1"].map(snapshotOf));
    await shop.create({
      apiVersion: "appstudio.redhat.com/v1alpha1",
      kind: "Release",
      metadata: { name: "by-hand" },
      spec: { snapshot: released!, releasePlan: "some-plan" },
    } as never);
    const keep = (wish: string): object => ({
      metadata: { annotations: { "test.appstudio.openshift.io/keep-snapshot": wish } },
    });
    await shop.patch(kinds.snapshot, wanted!, keep("240h"));
    await shop.patch(kinds.snapshot, expired!, keep("1ms"));

    await start(...keepNothing, "--min-snapshots-to-keep-per-component=2");
    const [candidate, newest] = await Promise.all(["backend-2", "frontend-5"].map(snapshotOf));
    await expectKept(shop, [released!, wanted!, candidate!, expired!, newest!, await snapshotOf("frontend-4")]);

    await start(...keepNothing, "--min-snapshots-to-keep-per-component=0");
    await expectKept(shop, [released!, wanted!, candidate!, newest!]);
    expect((await shop.candidateList())!.promoted.snapshot).toBe(newest);
  },
);

test.concurrent("a candidate list that is lost is made anew from what was kept", async (context) => {
  const { shop, start } = await openApart(context);
  const operator = await start(...keepNothing, "--min-snapshots-to-keep-per-component=0");
  await shop.furnish({ components: ["frontend", "backend", "database"], scenarios: ["smoke"], plans: [] });
  await buildInTurn(shop, "database", ["database-1", "database-2"]);
  await buildInTurn(shop, "frontend", ["frontend-1", "frontend-2"]);
  // A person puts an older image of the database back; whatever is built must still be newer than what was put aside.
  await shop.create(overrideSnapshot("back", "shop", { database: image("database", "database-0") }));
  await shop.quiet();
  shop.tekton.play = ({ images }) => (images.get("backend") === image("backend", "backend-2") ? fails() : passes());
  await buildInTurn(shop, "backend", ["backend-1"]);
  await shop.build("backend", "backend-2");
  // Its Snapshot may be gone before anybody has seen its verdict.
  await waitFor(
    "the last build has failed",
    () => shop.eventsAbout("shop"),
    (seen) => seen.some((text) => text.startsWith("TestsFailed")),
  );
  await waitFor(
    "what is history has gone",
    () => namesOf(shop),
    (names) => names.length <= 7,
  );
  const before = (await shop.candidateList())!;
  await operator.stop();
  await shop.remove(kinds.configMap, candidateListName({ kind: "Application", name: "shop" }));
  await start(...keepNothing, "--min-snapshots-to-keep-per-component=0");
  await shop.patch(kinds.application, "shop", { metadata: { labels: { look: "again" } } });
  const after = await waitFor(
    "the list is there again",
    () => shop.candidateList(),
    (list) => list !== undefined,
  );
  expect([after!.candidates, after!.promoted.images]).toEqual([before.candidates, before.promoted.images]);
  expect(after!.revision).toBeGreaterThanOrEqual(before.revision);
});

test.concurrent("of pull requests the outdated go first, and none that is being tested", async (context) => {
  const { shop, start } = await openApart(context);
  await start("--pr-snapshots-to-keep=2");
  await shop.furnish({ scenarios: ["smoke"], plans: [] });
  const gate = shop.tekton.gate();
  shop.tekton.play = ({ images }) =>
    passes(images.get("frontend") === image("frontend", "pr-testing") ? gate.afterMs : 20);
  const test = async (name: string, number: string): Promise<string> => {
    await shop.build("frontend", name, pullRequest(number));
    const { name: snapshot } = await shop.outcomeOf(name, "False PullRequest");
    await letPass(1000);
    return snapshot;
  };
  await shop.build("frontend", "pr-testing", pullRequest("1"));
  const testing = (await shop.snapshotOf("pr-testing")).name;
  const first = await test("pr-a", "2");
  const merged = await test("pr-b", "3");
  await shop.patch(kinds.snapshot, merged, {
    metadata: { annotations: { "test.appstudio.openshift.io/pr-status": "merged" } },
  });
  const third = await test("pr-c", "4");
  await expectKept(shop, [testing, first, third]);
  const fourth = await test("pr-d", "5");
  await expectKept(shop, [testing, third, fourth]);
  // As soon as its tests are over it is history like any other, and the oldest.
  gate.open();
  await expectKept(shop, [third, fourth]);
  expect(await shop.candidateList()).toBeUndefined();
});

test.concurrent("two operators that both act, and a death in the middle, come to the same end", async (context) => {
  const { shop, start } = await openApart(context);
  const without = await start("--snapshot-gc=false");
  await shop.furnish({ scenarios: [], plans: [] });
  const images = (number: number): Readonly<Record<string, string>> => ({
    frontend: image("frontend", `by-hand-${String(number)}`),
  });
  const names = Array.from({ length: 30 }, (_, index) => `by-hand-${String(index).padStart(2, "0")}`);
  await shop.create(...names.map((name, index) => overrideSnapshot(name, "shop", images(index), {})));
  await shop.concluded();
  await without.stop();
  const budget = ["--non-pr-snapshots-to-keep=3", "--min-snapshots-to-keep-per-component=0"];
  const first = await start(...budget);
  await first.kill();
  const [second] = await Promise.all([start(...budget), start(...budget)]);
  const kept = (await namesOf(shop)).length;
  expect(kept).toBeLessThanOrEqual(names.length);
  const left = await waitFor(
    "three are left",
    () => namesOf(shop),
    (seen) => seen.length <= 3,
  );
  await letPass(1000);
  expect(await namesOf(shop)).toEqual(left);
  expect(left).toHaveLength(3);
  expect(second!.logAbout(shop.namespace)).not.toContain('"level":"error"');
});
