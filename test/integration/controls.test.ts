import { expect, test } from "vitest";
import { expectOnceEach } from "./support/history.ts";
import { image, type Shop } from "./support/shop.ts";
import { openApart } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

const pausedText =
  "Application shop is paused by its annotation test.appstudio.openshift.io/paused: this goes on when that is removed";

async function annotate(shop: Shop, annotations: Readonly<Record<string, string | null>>): Promise<void> {
  await shop.patch({ kind: "Application" }, "shop", { metadata: { annotations } });
}

const pause = (shop: Shop): Promise<void> => annotate(shop, { "test.appstudio.openshift.io/paused": "true" });
const resume = (shop: Shop): Promise<void> => annotate(shop, { "test.appstudio.openshift.io/paused": null });

test("a paused Application begins nothing and says so; when it goes on, nothing is lost and nothing done twice", async (context) => {
  const { shop, start } = await openApart(context);
  let operator = await start();
  await shop.furnish();
  const held = shop.tekton.gate();
  shop.tekton.play = () => passes(held.afterMs);
  await shop.build("frontend", "frontend-1");
  await waitFor(
    "the tests of the first build run",
    () => shop.testRuns(),
    (runs) => runs.length === 2,
  );

  await pause(shop);
  await waitFor(
    "the pause is told",
    () => shop.eventsAbout("shop"),
    (events) => events.includes(`Paused: ${pausedText}`),
  );
  // A build still becomes a Snapshot, whose tests wait; tests that run end, and what they say is kept.
  await shop.build("backend", "backend-1");
  const waiting = await shop.outcomeOf("backend-1", "Unknown Paused");
  expect(waiting.message).toBe(pausedText);
  expect(Object.values(waiting.tests).map(({ status, details }) => [status, details])).toEqual([
    ["Pending", pausedText],
    ["Pending", pausedText],
  ]);
  held.open();
  shop.tekton.play = () => passes(50);
  const tested = await waitFor(
    "the first build's tests are over",
    () => shop.snapshotOf("frontend-1"),
    ({ tests }) => Object.values(tests).every(({ status }) => status === "TestPassed"),
  );
  await shop.snapshotThat(tested.name, "Unknown Paused");
  // The pause outlives the process, which knows it from the Application alone.
  await operator.kill();
  operator = await start();
  await letPass(1500);
  expect(await shop.testRuns()).toHaveLength(2);
  expect(await shop.releases()).toEqual([]);
  expect((await shop.candidateList())?.revision ?? 0).toBe(0);

  await resume(shop);
  await shop.outcomeOf("frontend-1", "True Promoted");
  const { promoted } = await shop.quiet();
  expect(promoted.images).toEqual({
    frontend: image("frontend", "frontend-1"),
    backend: image("backend", "backend-1"),
  });
  await expectOnceEach(shop);
  expect(await shop.eventsAbout("shop")).toContain("Resumed: Application shop goes on: what was held up is done now");
  expect(operator.isRunning()).toBe(true);
});

test("one Application's log level changes while the operator runs, and only for it", async (context) => {
  const { shop, start } = await openApart(context);
  const operator = await start("--log-level", "warn");
  await shop.furnish({ scenarios: ["smoke"] });
  await shop.build("frontend", "frontend-1");
  await shop.outcomeOf("frontend-1", "True Promoted");
  expect(operator.logAbout("looked at")).toBe("");

  await annotate(shop, { "test.appstudio.openshift.io/log-level": "debug" });
  await shop.build("frontend", "frontend-2");
  await shop.outcomeOf("frontend-2", "True Promoted");
  for (const line of ["looked at build", "looked at Snapshot", "looked at what is promoted", "concluded Snapshot"])
    expect(operator.logAbout(line)).toContain(`"namespace":"${shop.namespace}"`);

  await annotate(shop, { "test.appstudio.openshift.io/log-level": "loud" });
  await waitFor(
    "what means nothing is told to whoever wrote it",
    () => shop.eventsAbout("shop"),
    (events) =>
      events.includes(
        'AnnotationNotUnderstood: Annotation test.appstudio.openshift.io/log-level says "loud", which means nothing: it may be debug, info, warn, error',
      ),
  );
});
