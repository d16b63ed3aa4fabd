import type { Found } from "./task.ts";

const columns = [
  "configuration",
  "states",
  "transitions",
  "depth",
  "work",
  "seconds",
  "per second",
  "exhausted",
] as const;

/** What was searched, one line for each configuration. */
export function table(results: readonly Found[]): string {
  const rows = [columns, ...results.map(rowOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

function rowOf({ configuration, searched, walked }: Found): readonly string[] {
  if (searched !== undefined) {
    const { states, transitions, depth, work, durationMs, exhausted, counterexample } = searched;
    const end = counterexample === undefined ? (exhausted ? "yes" : "no") : "COUNTEREXAMPLE";
    return [
      configuration,
      String(states),
      String(transitions),
      String(depth),
      String(work),
      ...speed(transitions, durationMs),
      end,
    ];
  }
  const { walks = 0, transitions = 0, durationMs = 0, counterexample } = walked ?? {};
  const end = counterexample === undefined ? `${String(walks)} walks` : "COUNTEREXAMPLE";
  return [configuration, "-", String(transitions), "-", "-", ...speed(transitions, durationMs), end];
}

function speed(transitions: number, durationMs: number): readonly [string, string] {
  const seconds = durationMs / 1000;
  return [seconds.toFixed(1), String(Math.round(transitions / Math.max(seconds, 0.001)))];
}
