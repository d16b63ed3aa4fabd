import { expect, test } from "vitest";
import { expectNoWayBack } from "../integration/support/history.ts";
import { logReleases } from "../integration/support/release-log.ts";
import { image } from "../integration/support/shop.ts";
import { openApart } from "../integration/support/shops.ts";
import { letPass } from "../integration/support/wait.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { directTests, play } from "./support/player.ts";
import { scenarios, writeScript } from "./support/script.ts";

const components = ["part-0", "part-1", "part-2", "part-3"];
const count = Number(process.env["FAULT_BUILDS"] ?? 60);
const pauseMs = 120;
const undisturbedMax = 60;
const killPauseMaxMs = 1500;
/** What the kills kept from being done is left for the last operator. */
const finishMaxMs = 30_000 + count * 500;
const limitMs = 90_000 + count * 1500;

test("an operator that nothing disturbs ends as the script says", { timeout: limitMs }, async (context) => {
  const random = chanceFor(context.task.name);
  const script = writeScript({ components, count: Math.min(count, undisturbedMax), random });
  const { shop, start } = await openApart(context);
  const operator = await start();
  await shop.furnish({ components, scenarios });
  directTests(shop, script);
  await play(shop, script, pauseMs);
  await expectFinalState(shop, script);
  expect(operator.isRunning()).toBe(true);
});

test(
  "an operator that is killed at any moment, again and again, ends there too",
  { timeout: limitMs },
  async (context) => {
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count, random });
    const { shop, start } = await openApart(context);
    let operator = await start();
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const releases = await logReleases(shop.client, shop.namespace);
    context.onTestFinished(async () => void (await releases.stop()));
    let over = false;
    const building = play(shop, script, pauseMs).finally(() => {
      over = true;
    });
    let kills = 0;
    // One time more after the last build: what is then under way is most of the testing.
    for (let last = false; !last;) {
      last = over;
      // Squared, for more of the moments right after the start, when everything is looked at anew.
      await letPass(random() ** 2 * killPauseMaxMs);
      await operator.kill();
      kills += 1;
      operator = await start();
    }
    await building;
    await expectFinalState(shop, script, finishMaxMs);
    process.stdout.write(`${String(count)} builds, the operator killed ${String(kills)} times\n`);
    expect(kills).toBeGreaterThan(1);
    const order = script.builds.map(({ component, name }) => image(component, name));
    await expectNoWayBack(shop, await releases.stop(), order);
  },
);
