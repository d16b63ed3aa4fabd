import { cpus, loadavg, release, totalmem, type } from "node:os";

/** Where a run took place. */
export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly apiServer: string;
  /** Of the last minute, as the run began: whether anything else was running. */
  readonly loadBefore: number;
}

/** This machine, before the run puts load on it. */
export function describeMachine(): Omit<Machine, "apiServer"> {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().split("-")[0] ?? ""}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
