import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { SabotageName } from "./sabotage.ts";
import type { Report } from "./simulate.ts";

export interface PoolOptions {
  readonly seeds: readonly number[];
  readonly workers?: number;
  readonly sabotage?: SabotageName;
  /** Stops early, once a seed is like this. */
  readonly until?: (report: Report) => boolean;
  readonly onReport?: (report: Report) => void;
}

/** Plays many seeds at once, each in one of a few processes, and returns what came of them in the order of the seeds. */
export async function playSeeds(options: PoolOptions): Promise<readonly Report[]> {
  const waiting = [...options.seeds];
  const reports: Report[] = [];
  const { until = () => false } = options;
  const isOver = (): boolean => reports.some(until);
  const count = Math.min(options.workers ?? 2, waiting.length);
  await Promise.all(Array.from({ length: count }, () => work(options, waiting, { reports, isOver })));
  return reports.toSorted((a, b) => a.seed - b.seed);
}

async function work(
  { sabotage, onReport }: PoolOptions,
  waiting: number[],
  { reports, isOver }: { readonly reports: Report[]; readonly isOver: () => boolean },
): Promise<void> {
  // Not a thread: see test/model/pool.ts.
  const worker = fork(
    fileURLToPath(new URL("./worker.ts", import.meta.url)),
    sabotage === undefined ? [] : [sabotage],
    {
      execArgv: [],
      serialization: "advanced",
    },
  );
  try {
    for (let seed = waiting.shift(); seed !== undefined && !isOver(); seed = waiting.shift()) {
      const report = await ask(worker, seed);
      reports.push(report);
      onReport?.(report);
    }
  } finally {
    worker.disconnect();
  }
}

function ask(worker: ChildProcess, seed: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const answered = (report: Report): void => {
      worker.off("exit", ended);
      resolve(report);
    };
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`seed ${String(seed)} ended its process with ${String(code ?? signal)}`));
    worker.once("message", answered);
    worker.once("exit", ended);
    worker.send(seed);
  });
}
