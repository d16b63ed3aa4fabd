import { expect, test } from "vitest";
import { playSeeds } from "./operator/pool.ts";
import { sabotages, type SabotageName } from "./operator/sabotage.ts";
import type { Report } from "./operator/simulate.ts";

/** More than it takes: the slowest to be noticed is noticed well before. */
const seeds = Array.from({ length: 150 }, (_, index) => 1000 + index);

test.each(Object.keys(sabotages) as SabotageName[])(
  "the simulation notices an operator that %s",
  { timeout: 300_000 },
  async (sabotage) => {
    const { breaks } = sabotages[sabotage];
    const isNoticed = ({ failures }: Report): boolean => failures.some((failure) => breaks.test(failure));
    const reports = await playSeeds({ seeds, sabotage, until: isNoticed });
    expect(reports.some(isNoticed)).toBe(true);
  },
);
