import { expect, test } from "vitest";
import { playSeeds } from "./operator/pool.ts";
import { sabotages, type SabotageName } from "./operator/sabotage.ts";
import { settingsOf } from "./operator/settings.ts";
import type { Report } from "./operator/simulate.ts";
import { workloadWithGroups } from "./operator/workload-of-groups.ts";

/** More than it takes: the slowest to be noticed is noticed well before. */
const seeds = Array.from({ length: 150 }, (_, index) => 1000 + index);

const workloadOf = (seed: number): ReturnType<typeof workloadWithGroups> =>
  workloadWithGroups(seed, settingsOf(seed).busyMs);
const hasGroups = (seed: number): boolean => workloadOf(seed).owners.some(({ kind }) => kind === "ComponentGroup");
const keepsLittle = (seed: number): boolean => settingsOf(seed).snapshotBudgets !== undefined;
const isPausedInCalm = (seed: number): boolean =>
  settingsOf(seed).level === "calm" && workloadOf(seed).deeds.some(({ deed }) => deed.kind === "pause");

/** Where a mistake can show; the others can everywhere. */
const where: Readonly<Partial<Record<SabotageName, (seed: number) => boolean>>> = {
  buildsForOneGroup: hasGroups,
  mirrorsNothing: hasGroups,
  testsInNoOrder: hasGroups,
  ignoresPauses: isPausedInCalm,
  collectsWhatIsNamed: keepsLittle,
  collectsNothing: keepsLittle,
};

test.each(Object.keys(sabotages) as SabotageName[])(
  "the simulation notices an operator that %s",
  { timeout: 300_000 },
  async (sabotage) => {
    const { breaks } = sabotages[sabotage];
    const isNoticed = ({ failures }: Report): boolean => failures.some((failure) => breaks.test(failure));
    const concerned = seeds.filter(where[sabotage] ?? (() => true));
    const reports = await playSeeds({ seeds: concerned, sabotage, until: isNoticed });
    expect(reports.some(isNoticed)).toBe(true);
  },
);
