import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { playSeeds } from "./operator/pool.ts";
import { simulate } from "./operator/simulate.ts";
import { tellFailure } from "./operator/summary.ts";

const seeds = Array.from({ length: 500 }, (_, index) => index + 1);

test(
  `every invariant holds in ${seeds.length} seeds of builds, deeds, faults and crashes`,
  { timeout: 600_000 },
  async () => {
    const reports = await playSeeds({ seeds });
    expect(reports).toHaveLength(seeds.length);
    expect(reports.filter(({ failures }) => failures.length > 0).map(tellFailure)).toEqual([]);
    // A workload that has shrunk to Applications, or keeps all history, would show less than it says.
    expect(reports.filter(({ groups }) => groups > 0).length).toBeGreaterThan(seeds.length / 4);
    expect(reports.filter(({ collected }) => collected > 0).length).toBeGreaterThan(seeds.length / 8);
  },
);

test.each([2, 8, 21])("seed %d makes the same writes each time", { timeout: 60_000 }, async (seed) => {
  const [once, again] = [await simulate(seed, { hash: true }), await simulate(seed, { hash: true })];
  expect(again.hash).toBe(once.hash);
});

test("another seed makes other writes", { timeout: 60_000 }, async () => {
  const [one, other] = [await simulate(1, { hash: true }), await simulate(2, { hash: true })];
  expect(other.hash).not.toBe(one.hash);
});

test("a seed can be replayed with its story", { timeout: 60_000 }, async () => {
  const soak = fileURLToPath(new URL("./soak.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [soak, "--seed", "2", "--story"]);
  expect(stdout).toMatch(/operator-1 creates snapshots\/.*component \{.*\}/);
  expect(stdout).toContain("seed 2: nothing is wrong");
});
