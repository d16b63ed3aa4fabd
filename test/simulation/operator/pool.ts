import { Worker } from "node:worker_threads";
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

/** What a worker is told to be. */
export interface WorkerSettings {
  readonly sabotage: SabotageName | undefined;
}

/** Plays many seeds at once, each in one of a few threads, and returns what came of them in the order of the seeds. */
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
  const workerData: WorkerSettings = { sabotage };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData, execArgv: [] });
  try {
    for (let seed = waiting.shift(); seed !== undefined && !isOver(); seed = waiting.shift()) {
      const report = await ask(worker, seed);
      reports.push(report);
      onReport?.(report);
    }
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, seed: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const answered = (report: Report): void => {
      worker.off("error", failed);
      resolve(report);
    };
    const failed = (error: unknown): void => reject(new Error(`seed ${seed} ended its worker`, { cause: error }));
    worker.once("message", answered);
    worker.once("error", failed);
    worker.postMessage(seed);
  });
}
