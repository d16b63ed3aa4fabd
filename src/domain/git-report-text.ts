import { consoleUrl, type ConsoleUrls } from "./console-url.ts";
import type { TaskOutput } from "./judge-scenario.ts";
import type { GitReport } from "./plan-git-report.ts";

/** What a report's text is made from, besides the report. */
export interface TextFacts {
  readonly namespace: string;
  readonly console: ConsoleUrls;
  /** What the tasks of its run said, as far as that is still known. */
  readonly tasks: readonly TaskOutput[];
}

/** Where a person looks at the run of a report; undefined where there is none, or no console is known. */
export function runUrl({ run }: Pick<GitReport, "key" | "run">, facts: TextFacts): string | undefined {
  const pattern = facts.console.pipelineRun;
  return run === undefined || pattern === undefined
    ? undefined
    : consoleUrl(pattern, { namespace: facts.namespace, pipelineRun: run });
}

/** What a report says at length, as Markdown: the run, and of a run that did not pass what each task said. */
export function reportText(report: GitReport, facts: TextFacts): string {
  const { status, run } = report;
  const link = run === undefined ? undefined : `<b>Pipelinerun</b>: ${linked(run, runUrl(report, facts))}`;
  const lines = [
    ...(link === undefined ? [] : [`<ul>\n<li>${link}</li>\n</ul>`]),
    plain(report.details),
    ...(status === "TestPassed" || facts.tasks.length === 0 ? [] : [tableOf(report, facts)]),
  ];
  return lines.filter((line) => line !== "").join("\n\n");
}

function tableOf({ run }: GitReport, { namespace, console, tasks }: TextFacts): string {
  const rows = tasks.map(({ task, output }) => {
    const place = { namespace, task, ...(run === undefined ? {} : { pipelineRun: run }) };
    const log = console.taskLog === undefined ? undefined : consoleUrl(console.taskLog, place);
    const note = output.kind === "invalid" ? `Invalid result: ${output.problem}` : "";
    return `| ${linked(task, log)} | ${output.kind === "valid" ? signs[output.result] : ":question:"} | ${plain(note)} |`;
  });
  return ["| Task | Status | Note |", "| --- | --- | --- |", ...rows].join("\n");
}

const signs = {
  SUCCESS: ":heavy_check_mark: SUCCESS",
  FAILURE: ":x: FAILURE",
  WARNING: ":warning: WARNING",
  SKIPPED: ":white_check_mark: SKIPPED",
  ERROR: ":heavy_exclamation_mark: ERROR",
} as const;

function linked(text: string, url: string | undefined): string {
  return url === undefined ? plain(text) : `<a href="${plain(url).replaceAll('"', "%22")}">${plain(text)}</a>`;
}

/** Text of others, as text: it can neither break a table, nor hold markup, nor call people. */
function plain(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "\\|")
    .replaceAll("@", "&#64;")
    .replace(/\s+/g, " ");
}
