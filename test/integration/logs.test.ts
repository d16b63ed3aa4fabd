import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { overrideSnapshot } from "./support/manifests.ts";
import { openApart } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

// Every line that the operator prints is what docs/reference/logs.md says, so that queries on logs find it.
const reference = z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) });
const collectors = ["namespace_name", "container_name", "pod_name", "container_image", "pod_ip", "host", "hostname"];
const forbidden = [...collectors, "namespace_labels", "message", "time"];

const line = z
  .looseObject({
    ts: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    level: z.enum(["debug", "info", "warn", "error"]),
    msg: z.string().min(1),
    logger: z.optional(z.string().min(1)),
    controllerKind: z.optional(z.string().regex(/^[A-Z]\w+$/)),
    namespace: z.optional(z.string()),
    name: z.optional(z.string()),
    application: z.optional(z.string().regex(/^[^/]+\/[^/]+$/)),
    componentGroup: z.optional(z.string().regex(/^[^/]+\/[^/]+$/)),
    snapshot: z.optional(reference),
    component: z.optional(reference),
    pipelineRun: z.optional(reference),
    buildpipelineRun: z.optional(reference),
    integrationTestScenario: z.optional(reference),
    action: z.optional(z.enum(["VIEW", "ADD", "UPDATE", "DELETE"])),
    audit: z.optional(z.literal("true")),
  })
  .refine((fields) => forbidden.every((key) => !(key in fields)), "has a field that collectors add")
  .refine(({ logger, controllerKind }) => !logger?.startsWith("controllers.") || controllerKind !== undefined, {
    message: "is a controller's and has no controllerKind",
  })
  .refine(({ action, audit }) => (action === undefined) === (audit === undefined), "has one of action and audit alone");

const page = readFileSync(join(import.meta.dirname, "../../docs/reference/logs.md"), "utf8");

test("every line of the operator's log is what the page of logs says, and what it changed has an audit line", async (context) => {
  const { shop, start } = await openApart(context);
  const operator = await start("--log-level=debug", "--non-pr-snapshots-to-keep=0", "--pr-snapshots-to-keep=0");
  await shop.furnish({ scenarios: ["smoke"] });
  shop.tekton.play = ({ scenario }) => (scenario === "flaky" ? fails() : passes(200));
  await Promise.all(["frontend", "backend"].map((name) => shop.build(name, `${name}-1`)));
  await shop.quiet();
  await shop.build("frontend", "bad", { results: { IMAGE_URL: undefined } });
  await shop.create(overrideSnapshot("nothing", "shop", { nowhere: "registry.example/nowhere" }));
  // It is history as soon as it has been told so.
  await waitFor(
    "the override is told to be invalid",
    () => shop.eventsAbout("nothing"),
    (events) => events.length > 0,
  );
  await shop.build("frontend", "pr", {
    labels: {
      "pipelinesascode.tekton.dev/event-type": "pull_request",
      "pipelinesascode.tekton.dev/pull-request": "1",
    },
  });
  await shop.build("frontend", "frontend-2");
  await shop.quiet();
  expect(await operator.stop()).toBe("exit code 0");

  const lines = operator.log().map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>);
  expect(lines.length).toBeGreaterThan(20);
  const wrong = lines.flatMap((fields) => {
    const checked = line.safeParse(fields);
    return checked.success ? [] : [`${z.prettifyError(checked.error)}: ${JSON.stringify(fields)}`];
  });
  expect(wrong).toEqual([]);
  const audited = new Set(lines.filter(({ audit }) => audit === "true").map(({ msg }) => msg));
  expect([...audited]).toEqual(
    expect.arrayContaining([
      "Created new Snapshot",
      "IntegrationTestscenario pipeline has been created",
      "Committed the Global Candidate List",
      "CompositeSnapshot created",
      "Created a new Release",
      "concluded Snapshot",
    ]),
  );
  for (const key of forbidden) expect(page).toContain(`\`${key}\``);
});
