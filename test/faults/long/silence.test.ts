import { expect, inject, test } from "vitest";
import { openApart } from "../../integration/support/shops.ts";
import { letPass } from "../../integration/support/wait.ts";
import { kubeconfigFor, readAccess } from "../support/access.ts";
import { chanceFor } from "../support/chance.ts";
import { expectFinalState } from "../support/final-state.ts";
import { directTests, play } from "../support/player.ts";
import { scenarios, writeScript } from "../support/script.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const components = ["part-0", "part-1", "part-2"];
const pauseMs = 150;
const limitMs = 240_000;
/** As long as a watch may be silent, and then some. */
const silenceMaxMs = 150_000;

test(
  "an operator whose connections fall silent for ever notices, and finishes everything",
  { timeout: limitMs },
  async (context) => {
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 20, random });
    const { shop, start } = await openApart(context);
    const access = await readAccess(inject("kubeconfig"));
    const proxy = await startTcpProxy(access.port);
    context.onTestFinished(() => proxy.stop());
    const operator = await start("--kubeconfig", await kubeconfigFor(context, { ...access, port: proxy.port }));
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const building = play(shop, script, pauseMs);
    await letPass(random() * 2000);
    proxy.lose();
    await building;
    await expectFinalState(shop, script, silenceMaxMs);
    expect(operator.isRunning()).toBe(true);
  },
);
