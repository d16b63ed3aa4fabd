import { expect, test } from "vitest";
import { readResolvedRun } from "./resolved-run.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const head = "apiVersion: tekton.dev/v1\nkind: PipelineRun\n";

test("a PipelineRun keeps what it asks for, and nothing of where it was", () => {
  const read = readResolvedRun(
    base64(`---
${head}metadata:
  name: e2e
  namespace: elsewhere
  uid: "1"
  finalizers: [somebody.example/hold]
  labels: { team: web }
spec:
  pipelineSpec:
    tasks:
      - { name: test, taskRef: { resolver: git, params: [{ name: url, value: "https://git/tasks" }] } }
  params:
    - { name: BROWSERS, value: [firefox, chrome] }
  workspaces: [{ name: source, emptyDir: {} }]
  taskRunTemplate: { serviceAccountName: mine, podTemplate: { nodeSelector: { arch: arm64 } } }
status: { startTime: "2026-01-01T00:00:00Z" }
`),
  );
  expect(read).toEqual({
    kind: "run",
    run: {
      labels: { team: "web" },
      annotations: {},
      spec: {
        pipelineSpec: {
          tasks: [
            { name: "test", taskRef: { resolver: "git", params: [{ name: "url", value: "https://git/tasks" }] } },
          ],
        },
        params: [{ name: "BROWSERS", value: ["firefox", "chrome"] }],
        workspaces: [{ name: "source", emptyDir: {} }],
        taskRunTemplate: { serviceAccountName: "mine", podTemplate: { nodeSelector: { arch: "arm64" } } },
      },
    },
  });
});

test("keys that are merged in count, as Kubernetes reads YAML", () => {
  const read = readResolvedRun(base64(`${head}spec:\n  a: &a { x: 1 }\n  b: { <<: *a, y: 2 }\n`));
  expect(read).toMatchObject({ run: { spec: { b: { x: 1, y: 2 } } } });
});

const bomb = `${head}a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nspec: { d: [*c, *c, *c, *c, *c] }\n`;

test.each([
  ["nothing at all", "", "it is empty"],
  ["no base64", base64("").padEnd(4, "?"), "it is empty"],
  ["no YAML", base64("a: [1"), "it is no YAML: "],
  ["two documents", base64(`${head}spec: {}\n---\n${head}spec: {}\n`), "it is no YAML: "],
  ["a text", base64("hello"), "it: "],
  ["a Pipeline", base64("apiVersion: tekton.dev/v1\nkind: Pipeline\nspec: {}\n"), "kind: "],
  ["another API", base64("apiVersion: batch/v1\nkind: PipelineRun\nspec: {}\n"), "apiVersion: "],
  ["no spec", base64(head), "spec: "],
  ["a label that is no text", base64(`${head}metadata: { labels: { a: 1 } }\nspec: {}\n`), "metadata.labels.a: "],
  ["tasks that are no list", base64(`${head}spec: { pipelineSpec: { tasks: x } }\n`), "spec.pipelineSpec.tasks: "],
  ["much out of little", base64(bomb), "Excessive alias count"],
  ["too much", base64(`${head}spec: { a: "${"x".repeat(128 * 1024)}" }\n`), "131072 are allowed"],
])("%s is no PipelineRun, and it is said why", (_what, data, problem) => {
  const read = readResolvedRun(data);
  expect(read.kind).toBe("malformed");
  expect(read).toMatchObject({ problem: expect.stringContaining(problem) as string });
  expect(read).toMatchObject({ problem: expect.stringContaining("what spec.resolverRef fetched is no PipelineRun") });
});
