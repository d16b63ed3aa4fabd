import { parseArgs } from "node:util";
import { playSeeds } from "./operator/pool.ts";
import { replayCommand, summarise, tellFailure } from "./operator/summary.ts";
import { simulate } from "./operator/simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    seed: { type: "string" },
    story: { type: "boolean", default: false },
  },
});

if (values.seed === undefined) await soak(Number(values.from), Number(values.seeds), Number(values.workers));
else await replay(Number(values.seed), values.story);

/** Many seeds, and what came of them in one table. */
async function soak(from: number, count: number, workers: number): Promise<void> {
  const startedAt = performance.now();
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const reports = await playSeeds({
    seeds,
    workers,
    onReport: (report) => {
      if (report.failures.length > 0) print(`seed ${report.seed}: ${report.failures[0]}`);
    },
  });
  const failed = reports.filter(({ failures }) => failures.length > 0);
  print(summarise(reports, performance.now() - startedAt));
  for (const { seed } of failed) print(`failed: ${replayCommand(seed)}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** One seed, told in full. */
async function replay(seed: number, story: boolean): Promise<void> {
  const report = await simulate(seed, { story });
  if (story) print(report.story.join("\n"));
  print(report.failures.length === 0 ? `seed ${seed}: nothing is wrong` : tellFailure(report));
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
