import type { Results } from "../results.ts";
import type { Row } from "./row.ts";
import { sectionsOf } from "./rows.ts";

const heading: Row = { what: "", measured: "measured", beside: "beside", ratio: "ratio", goal: "goal" };

/** The results as a table for a terminal. */
export function renderTable(results: Results): string {
  const sections = sectionsOf(results);
  const lines = [heading, ...sections.flatMap(({ rows }) => rows)].map(cellsOf);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  const line = (row: Row): string =>
    cellsOf(row)
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [
    describeRun(results),
    "",
    line(heading),
    ...sections.flatMap(({ title, rows }) => ["", title, ...rows.map((row) => `  ${line(row)}`.slice(2))]),
  ].join("\n");
}

/** The results as a table of a page. */
export function renderMarkdown(results: Results): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return sectionsOf(results)
    .flatMap(({ title, rows }) => [
      "",
      `### ${title}`,
      "",
      row(cellsOf({ ...heading, what: "figure" })),
      row(["---", "---:", "---:", "---:", "---"]),
      ...rows.map((each) => row(cellsOf(each))),
    ])
    .join("\n");
}

/** Where and when, in one sentence. */
export function describeRun({ machine, startedAt, durationSeconds, quick }: Results): string {
  const { cpus, model, memoryGiB, system, node, apiServer, loadBefore } = machine;
  const mode = quick ? " This was a quick run: its figures say little." : "";
  return `${startedAt.slice(0, 10)}: ${apiServer}, Node ${node.slice(1)}, ${String(cpus)} CPUs (${model}), ${String(memoryGiB)} GiB, ${system}; load average ${String(loadBefore)} before the run, which took ${String(durationSeconds)} s.${mode}`;
}

function cellsOf({ what, measured, beside = "", ratio = "", goal = "", holds }: Row): readonly string[] {
  const verdict = holds === undefined ? goal : `${goal} ${holds ? "✓" : "missed"}`;
  return [what, measured, beside, ratio, verdict];
}
