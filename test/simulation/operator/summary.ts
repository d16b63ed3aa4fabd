import type { Report } from "./simulate.ts";

/** How to see a seed again, in full. */
export function replayCommand(seed: number): string {
  return `make soak ARGS="--seed ${seed} --story"`;
}

/** What is wrong with a seed. */
export function tellFailure({ seed, failures }: Report): string {
  return [
    `seed ${seed} failed:`,
    ...failures.map((failure) => `  ${failure}`),
    `  replay: ${replayCommand(seed)}`,
  ].join("\n");
}

/** Many runs in one table. */
export function summarise(reports: readonly Report[], wallMs: number): string {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const faults = new Map<string, number>();
  for (const report of reports)
    for (const [kind, count] of Object.entries(report.faults)) faults.set(kind, (faults.get(kind) ?? 0) + count);
  const rows: readonly (readonly [string, string])[] = [
    ["seeds", String(reports.length)],
    ["failed", String(reports.filter(({ failures }) => failures.length > 0).length)],
    ["right only after a resync", String(reports.filter(({ late }) => late).length)],
    ["builds", String(sum(({ builds }) => builds))],
    ["seeds with ComponentGroups", String(reports.filter(({ groups }) => groups > 0).length)],
    ["seeds with little history", String(reports.filter(({ collected }) => collected > 0).length)],
    ["Snapshots collected", String(sum(({ collected }) => collected))],
    ["promotions", String(sum(({ promotions }) => promotions))],
    ["writes of operators", String(sum(({ writes }) => writes))],
    ["operator processes", String(sum(({ processes }) => processes))],
    ...[...faults]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, count]) => [`fault: ${kind}`, String(count)] as const),
    ["virtual time", `${(sum(({ virtualMs }) => virtualMs) / 3_600_000).toFixed(1)} h`],
    ["wall time", `${(wallMs / 1000).toFixed(1)} s`],
    ["seeds per second", ((reports.length * 1000) / wallMs).toFixed(1)],
  ];
  return rows.map(([what, count]) => `${what.padEnd(28)}${count.padStart(10)}`).join("\n");
}
