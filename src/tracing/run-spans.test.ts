import { expect, test } from "vitest";
import type { RawPipelineRun } from "../tekton/pipeline-run.ts";
import { spansOf, type TracingLabels } from "./run-spans.ts";

const labels: TracingLabels = { action: "do/action", application: "do/application", component: "do/component" };
const at = (seconds: number): string => new Date(Date.parse("2026-11-01T12:00:00Z") + seconds * 1000).toISOString();

type Status = NonNullable<RawPipelineRun["status"]>;
const run = (condition: object = { status: "True" }, status: Status = {}): RawPipelineRun => ({
  metadata: {
    name: "run-1",
    namespace: "team",
    uid: "uid-1",
    creationTimestamp: at(0),
    labels: { "do/action": "TEST", "do/application": "shop", "do/component": "frontend" },
  },
  status: {
    startTime: at(2),
    completionTime: at(9),
    conditions: [{ type: "Succeeded", ...condition }],
    ...status,
  },
});

test("a run that ended has waited, and has taken its time", () => {
  const common = {
    namespace: "team",
    pipelinerun: "run-1",
    "delivery.tekton.dev.pipelinerun_uid": "uid-1",
    "cicd.pipeline.action.name": "TEST",
    "delivery.tekton.dev.application": "shop",
    "delivery.tekton.dev.component": "frontend",
  };
  expect(spansOf(run(), labels)).toEqual([
    { name: "waitDuration", start: Date.parse(at(0)), end: Date.parse(at(2)), attributes: common, parent: {} },
    {
      name: "executeDuration",
      start: Date.parse(at(2)),
      end: Date.parse(at(9)),
      attributes: { ...common, "cicd.pipeline.result": "success" },
      parent: {},
    },
  ]);
});

test.each([
  ["Succeeded", "True", "success"],
  ["Completed", "True", "success"],
  ["Failed", "False", "failure"],
  ["PipelineRunTimeout", "False", "timeout"],
  ["Cancelled", "False", "cancellation"],
  ["CancelledRunningFinally", "False", "cancellation"],
  ["CouldntGetTask", "False", "error"],
])("a run that ended with %s (%s) is a %s", (reason, status, result) => {
  const [, execute] = spansOf(run({ reason, status, message: "why" }), labels);
  expect(execute!.attributes["cicd.pipeline.result"]).toBe(result);
  expect(execute!.attributes["delivery.tekton.dev.result_message"]).toBe(status === "True" ? undefined : "why");
});

test.each([
  ["x".repeat(1024), "x".repeat(1024)],
  ["x".repeat(1025), `${"x".repeat(1010)}...[truncated]`],
  // Four bytes each: the character that does not fit whole is left out.
  ["🙂".repeat(300), `${"🙂".repeat(252)}...[truncated]`],
])("a message of more than 1024 bytes is cut between characters", (message, said) => {
  const [, execute] = spansOf(run({ status: "False", reason: "Failed", message }), labels);
  expect(execute!.attributes["delivery.tekton.dev.result_message"]).toBe(said);
});

test("a label whose name is empty is not looked for", () => {
  const [wait] = spansOf(run(), { ...labels, application: "" });
  expect(Object.keys(wait!.attributes)).not.toContain("delivery.tekton.dev.application");
});

test.each<[string, Status, readonly string[]]>([
  ["has not started", { startTime: undefined! }, []],
  ["has not ended", { completionTime: undefined! }, []],
  ["ended before it started", { completionTime: at(1) }, ["waitDuration"]],
  ["started before it was made", { startTime: at(-1) }, ["executeDuration"]],
])("of a run that %s there is only what makes sense", (_, status, names) => {
  expect(spansOf(run({ status: "True" }, status), labels).map(({ name }) => name)).toEqual(names);
});

test.each([
  ['{"traceparent":"00-1-2-01","tracestate":"a=b","more":1}', { traceparent: "00-1-2-01", tracestate: "a=b" }],
  ["[]", {}],
  ["null", {}],
  ["not JSON", {}],
])("the trace that a run says it belongs to is read from %s", (annotation, parent) => {
  const traced = run();
  const metadata = { ...traced.metadata, annotations: { "tekton.dev/pipelinerunSpanContext": annotation } };
  expect(spansOf({ ...traced, metadata }, labels)[0]!.parent).toEqual(parent);
});
