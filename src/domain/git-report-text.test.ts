import { expect, test } from "vitest";
import { consoleUrl } from "./console-url.ts";
import { reportText, runUrl, type TextFacts } from "./git-report-text.ts";
import type { GitReport } from "./plan-git-report.ts";

const report = (more: Partial<GitReport> = {}): GitReport => ({
  key: "smoke-shop-1",
  updatedAt: "2026-11-01T12:00:00Z",
  scenario: "smoke",
  status: "TestFail",
  optional: false,
  final: true,
  name: "",
  externalId: "",
  summary: "",
  details: "Integration test failed",
  run: "run-1",
  ...more,
});
const facts: TextFacts = {
  namespace: "team",
  console: {
    pipelineRun: "https://console.example/ns/{{ .Namespace }}/run/{{ .PipelineRunName }}",
    taskLog: "https://console.example/ns/{{NAMESPACE}}/run/{{PIPELINE_RUN_NAME}}/{{TASK_NAME}}",
  },
  tasks: [
    { task: "unit", output: { kind: "valid", result: "FAILURE" } },
    { task: "lint", output: { kind: "invalid", problem: "a | b\nby @someone <script>" } },
  ],
};

test("a failed run is linked, and its tasks are listed with links to their logs", () => {
  expect(reportText(report(), facts)).toBe(
    [
      '<ul>\n<li><b>Pipelinerun</b>: <a href="https://console.example/ns/team/run/run-1">run-1</a></li>\n</ul>',
      "",
      "Integration test failed",
      "",
      "| Task | Status | Note |",
      "| --- | --- | --- |",
      '| <a href="https://console.example/ns/team/run/run-1/unit">unit</a> | :x: FAILURE |  |',
      '| <a href="https://console.example/ns/team/run/run-1/lint">lint</a> | :question: | Invalid result: a \\| b by &#64;someone &lt;script&gt; |',
    ].join("\n"),
  );
});

test("of a run that passed, the tasks are not listed", () => {
  expect(reportText(report({ status: "TestPassed" }), facts)).not.toContain("| Task |");
});

test("without a console there are names and no links, and without a run not even those", () => {
  const bare = { ...facts, console: {}, tasks: [] };
  expect(reportText(report(), bare)).toBe("<ul>\n<li><b>Pipelinerun</b>: run-1</li>\n</ul>\n\nIntegration test failed");
  const { run: _, ...without } = report();
  expect([reportText(without, bare), runUrl(without, facts)]).toEqual(["Integration test failed", undefined]);
});

test("placeholders that are not known, and values that look like some, stay as they are", () => {
  const place = { namespace: "{{TASK_NAME}}", pipelineRun: "r" };
  expect(consoleUrl("{{NAMESPACE}}/{{.PipelineRunName}}/{{ .Other }}/{{TASK_NAME}}", place)).toBe(
    "{{TASK_NAME}}/r/{{ .Other }}/",
  );
});
