import { expect, test } from "vitest";
import { freePort } from "./support/operator-process.ts";
import { kinds } from "./support/shop.ts";
import { openApart } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

test("the metrics tell the way of two racing builds to their promotion, and who waits", async (context) => {
  const { shop, start } = await openApart(context);
  const address = `127.0.0.1:${String(await freePort())}`;
  const read = async (): Promise<string> => (await fetch(`http://${address}/metrics`)).text();
  const value = (text: string, series: string): number | undefined => {
    const line = text.split("\n").find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
  await start("--metrics-bind-address", address);
  await shop.furnish({ scenarios: ["smoke"] });
  const [alone, both] = [shop.tekton.gate(), shop.tekton.gate()];
  shop.tekton.play = ({ images }) => passes(images.size === 2 ? both.afterMs : alone.afterMs);
  await Promise.all([shop.build("frontend", "frontend-1"), shop.build("backend", "backend-1")]);
  await Promise.all([shop.snapshotOf("frontend-1"), shop.snapshotOf("backend-1")]);
  alone.open();
  await waitFor(
    "the composite exists",
    () => shop.snapshot("shop-composite-2"),
    (snapshot) => snapshot !== undefined,
  );

  const labels = `{namespace="${shop.namespace}",application="shop"}`;
  const waiting = await read();
  expect(value(waiting, `integration_svc_promotion_pending_seconds${labels}`)).toBeGreaterThan(0);
  expect(value(waiting, "integration_svc_build_finished_to_snapshot_seconds_count")).toBe(2);
  expect(value(waiting, "integration_svc_composite_revisions_count")).toBe(1);

  both.open();
  await shop.quiet();
  const done = await read();
  expect(value(done, `integration_svc_promotion_pending_seconds${labels}`)).toBeUndefined();
  const of = (type: string): string => `{snapshot_type="${type}"}`;
  expect(value(done, `integration_svc_candidate_to_promotion_seconds_count${of("component")}`)).toBe(1);
  expect(value(done, `integration_svc_build_started_to_promotion_seconds_count${of("composite")}`)).toBe(1);
  const concluded = (type: string, reason: string): number | undefined =>
    value(done, `integration_svc_snapshots_concluded_total{snapshot_type="${type}",reason="${reason}"}`);
  expect([
    concluded("component", "Promoted"),
    concluded("component", "SupersededByComposite"),
    concluded("composite", "Promoted"),
  ]).toEqual([1, 1, 1]);

  await shop.patch(kinds.configMap, "shop-gcl", { data: { frontend: "nonsense" } });
  await waitFor(
    "the list that a person must mend is told",
    async () => value(await read(), `integration_svc_candidate_list_unreadable${labels}`),
    (told) => told === 1,
  );
});
