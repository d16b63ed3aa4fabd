import { afterAll, describe, expect, inject, test } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { receiveGrpc, receiveHttp, type ReceivedSpan, type Receiver } from "../otlp/receiver.ts";
import { writesOf } from "./support/audit-log.ts";
import { freePort } from "./support/operator-process.ts";
import type { Shop } from "./support/shop.ts";
import { openApart, useOperator } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

// The operator's process, a real API server, and a receiver on this machine that decodes what it is sent.
let receiver: Receiver;
const environment = (endpoint: string, more: Readonly<Record<string, string>> = {}) => ({
  env: {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: "200",
    TRACING_LABEL_APPLICATION: "appstudio.openshift.io/application",
    TRACING_LABEL_COMPONENT: "appstudio.openshift.io/component",
    ...more,
  },
});
const shops = useOperator(async () => {
  receiver = await receiveGrpc();
  return environment(receiver.endpoint);
});
afterAll(() => receiver?.close());

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanContext = JSON.stringify({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });
const traced = { annotations: { "tekton.dev/pipelinerunSpanContext": spanContext } };

const spansFrom = (from: Receiver, { namespace }: Shop): readonly ReceivedSpan[] =>
  from.spans.filter(({ attributes }) => attributes["namespace"] === namespace);
const received = (from: Receiver, shop: Shop, count: number): Promise<readonly ReceivedSpan[]> =>
  waitFor(
    `${String(count)} spans have arrived`,
    () => Promise.resolve(spansFrom(from, shop)),
    (spans) => spans.length >= count,
  );
const contextOf = ({ metadata }: KubeObject): string | undefined =>
  metadata.annotations?.["tekton.dev/pipelinerunSpanContext"];

describe.concurrent("with a receiver", () => {
  test("each run's spans are sent once, in the trace that the build belongs to, and cost no write", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => passes(1_100);
    const before = (await writesOf(inject("auditLog"), shop.namespace)).length;
    await shop.startBuild("frontend", "frontend-1", traced);
    await shop.finishBuild("frontend", "frontend-1", traced);
    await shop.quiet();
    const spans = await received(receiver, shop, 4);
    const { tests, name } = await shop.snapshotOf("frontend-1");
    const run = tests["smoke"]!["testPipelineRunName"]!;
    expect(spans.map((span) => `${span.attributes["pipelinerun"]!} ${span.name}`).toSorted()).toEqual(
      ["frontend-1", run].flatMap((each) => [`${each} executeDuration`, `${each} waitDuration`]).toSorted(),
    );
    expect(spans.map((span) => span.traceId)).toEqual(Array(4).fill(traceId));
    expect(new Set(spans.map((span) => span.parentSpanId))).toEqual(new Set(["b7ad6b7169203331"]));
    const test = spans.find((span) => span.name === "executeDuration" && span.attributes["pipelinerun"] === run)!;
    expect(test).toMatchObject({
      service: "integration-service",
      scope: "integration-service",
      attributes: {
        "cicd.pipeline.result": "success",
        "delivery.tekton.dev.application": "shop",
        "delivery.tekton.dev.component": "frontend",
      },
    });
    expect(test.end - test.start).toBeGreaterThan(1_000);
    const [release] = await shop.list("Release");
    const snapshot = await shop.get("Snapshot", name);
    expect([snapshot!, (await shop.testRuns())[0]!, release!].map(contextOf)).toEqual(Array(3).fill(spanContext));
    const marks = (await shop.list("PipelineRun")).map(
      ({ metadata }) => metadata.annotations?.["delivery.tekton.dev/timingEmitted"],
    );
    expect(marks).toEqual(["true", "true"]);
    // Two scenarios cost 14 writes, one costs 11.
    expect((await writesOf(inject("auditLog"), shop.namespace)).length - before).toBeLessThanOrEqual(11);
  });

  test("a build that fails is told with what went wrong, and one without a trace begins its own", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => fails();
    await shop.startBuild("frontend", "frontend-1");
    await waitFor(
      "the build is held",
      () => shop.get("PipelineRun", "frontend-1"),
      (run) => (run!.metadata.finalizers ?? []).length === 1,
    );
    const now = new Date().toISOString();
    await shop.patchStatus({ kind: "PipelineRun" }, "frontend-1", {
      completionTime: now,
      conditions: [{ type: "Succeeded", status: "False", reason: "PipelineRunTimeout", message: "took too long" }],
    });
    const spans = await received(receiver, shop, 2);
    expect(spans.find(({ name }) => name === "executeDuration")!.attributes).toMatchObject({
      "cicd.pipeline.result": "timeout",
      "delivery.tekton.dev.result_message": "took too long",
    });
    expect(spans.every((span) => span.parentSpanId === "" && span.traceId !== traceId)).toBe(true);
  });
});

test("what has not been sent is sent at the end, and a restart sends nothing again", async (context) => {
  const { shop, startWith } = await openApart(context);
  const http = await receiveHttp();
  context.onTestFinished(() => http.close());
  const settings = environment(http.endpoint, {
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_BSP_SCHEDULE_DELAY: "60000",
  });
  const first = await startWith(settings);
  await shop.furnish({ scenarios: ["smoke"] });
  await shop.build("frontend", "frontend-1", traced);
  await shop.quiet();
  expect(spansFrom(http, shop)).toEqual([]);
  expect(await first.stop()).toBe("exit code 0");
  expect(spansFrom(http, shop)).toHaveLength(4);
  const second = await startWith(settings);
  await shop.build("frontend", "frontend-2", traced);
  await shop.quiet();
  await second.stop();
  const runs = spansFrom(http, shop).map(({ attributes, name }) => `${attributes["pipelinerun"]!} ${name}`);
  expect(new Set(runs).size).toBe(8);
  expect(runs).toHaveLength(8);
});

test("a sampler that takes nothing sends nothing", async (context) => {
  const { shop, startWith } = await openApart(context);
  const http = await receiveHttp();
  context.onTestFinished(() => http.close());
  const settings = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf", OTEL_TRACES_SAMPLER: "always_off" };
  const operator = await startWith(environment(http.endpoint, settings));
  await shop.furnish({ scenarios: ["smoke"] });
  await shop.build("frontend", "frontend-1", traced);
  await shop.quiet();
  expect(await operator.stop()).toBe("exit code 0");
  expect(spansFrom(http, shop)).toEqual([]);
});

describe.each(["grpc", "http/protobuf"])("a receiver that is away (%s)", (protocol) => {
  test("changes nothing, and holds up no end", async (context) => {
    const { shop, startWith } = await openApart(context);
    const endpoint = `http://127.0.0.1:${String(await freePort())}`;
    const operator = await startWith(environment(endpoint, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol }));
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1", traced);
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await operator.stop()).toBe("exit code 0");
  });
});
