import { expect, test } from "vitest";
import { letPass } from "../integration/support/wait.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { startApart } from "./support/own-control-plane.ts";
import { directTests, play } from "./support/player.ts";
import { scenarios, writeScript } from "./support/script.ts";

const components = ["part-0", "part-1", "part-2"];
const frozenMs = 4000;
const betweenMaxMs = 2000;
const pauseMs = 150;
const limitMs = 120_000;

test(
  "the operator outlives an API server that is stopped, killed and frozen, and finishes everything",
  { timeout: limitMs },
  async (context) => {
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 36, random });
    const own = await startApart(context);
    const { shop } = own;
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const building = play(shop, script, pauseMs);
    await letPass(random() * betweenMaxMs);
    await own.restart("in order");
    await letPass(random() * betweenMaxMs);
    await own.restart("killed");
    await letPass(random() * betweenMaxMs);
    own.pause();
    await letPass(frozenMs);
    own.resume();
    await building;
    await expectFinalState(shop, script);
    expect(own.operator().isRunning()).toBe(true);
  },
);
