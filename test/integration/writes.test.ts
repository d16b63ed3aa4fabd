import { describe, expect, inject, test } from "vitest";
import { tally, writesOf } from "./support/audit-log.ts";
import type { Shop } from "./support/shop.ts";
import { openApart, useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

const shops = useOperator();
const writesIn = (shop: Shop): Promise<readonly string[]> => writesOf(inject("auditLog"), shop.namespace);

/** What the operator writes because of something, until it writes no more; printed, because the figures are a promise. */
async function writesBecauseOf(shop: Shop, what: string, happens: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await settledWrites(shop)).length;
  await happens();
  await shop.quiet();
  const writes = (await settledWrites(shop)).slice(before);
  process.stdout.write(`${what}: ${String(writes.length)} writes (${tally(writes)})\n`);
  return writes;
}

/** All its writes, once none has come for a while. */
async function settledWrites(shop: Shop): Promise<readonly string[]> {
  let last: readonly string[] = [];
  await waitFor(
    "the operator writes no more",
    async () => {
      const [before, after] = [last, await writesIn(shop)];
      last = after;
      await letPass(300);
      return { before: before.length, after: after.length };
    },
    ({ before, after }) => before === after,
  );
  return last;
}

describe.concurrent("with two required scenarios and one ReleasePlan", () => {
  test("one build costs at most 14 writes", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    const writes = await writesBecauseOf(shop, "one build", () => shop.build("frontend", "frontend-1"));
    expect(writes.length).toBeLessThanOrEqual(14);
  });

  test("one build with a live hold, as Tekton runs it, costs at most 14 writes", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    const writes = await writesBecauseOf(shop, "one build that takes its time", async () => {
      await shop.startBuild("frontend", "frontend-1");
      await waitFor(
        "the build is held",
        () => shop.get("PipelineRun", "frontend-1"),
        (run) => (run!.metadata.finalizers ?? []).length === 1,
      );
      await shop.finishBuild("frontend", "frontend-1");
    });
    expect(writes.length).toBeLessThanOrEqual(14);
  });

  test("two racing builds cost at most 39 writes", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    shop.tekton.play = () => passes(300);
    const writes = await writesBecauseOf(shop, "two racing builds", () =>
      Promise.all(["frontend", "backend"].map((name) => shop.build(name, `${name}-1`))),
    );
    expect(writes.length).toBeLessThanOrEqual(39);
    expect((await shop.snapshots()).filter(({ type }) => type === "composite")).toHaveLength(1);
  });

  test("twenty builds at once cost at most 300 writes", async (context) => {
    const shop = await shops.open(context);
    const names = Array.from({ length: 20 }, (_, index) => `part-${String(index)}`);
    await shop.furnish({ components: names });
    shop.tekton.play = () => passes(300);
    const writes = await writesBecauseOf(shop, "twenty builds at once", () =>
      Promise.all(names.map((name) => shop.build(name, `${name}-1`))),
    );
    expect(writes.length).toBeLessThanOrEqual(300);
  });
});

describe.concurrent("when nothing happens", () => {
  test("a restart and ten idle seconds after it write nothing", async (context) => {
    const { shop, start } = await openApart(context);
    const first = await start();
    await shop.furnish();
    shop.tekton.play = ({ scenario }) => passes(scenario === "smoke" ? 50 : 150);
    await Promise.all(["frontend", "backend"].map((name) => shop.build(name, `${name}-1`)));
    await shop.build("frontend", "bad", { results: { IMAGE_URL: undefined } });
    await shop.quiet();
    const before = await settledWrites(shop);
    expect(before.length).toBeGreaterThan(20);
    expect(await first.stop()).toBe("exit code 0");
    const second = await start();
    await letPass(10_000);
    expect((await writesIn(shop)).slice(before.length)).toEqual([]);
    expect(second.isRunning()).toBe(true);
  });
});
