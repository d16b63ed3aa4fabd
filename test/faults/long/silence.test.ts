import { expect, test } from "vitest";
import { letPass } from "../../integration/support/wait.ts";
import { playBehindProxy } from "../support/behind-proxy.ts";
import { expectFinalState } from "../support/final-state.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const limitMs = 240_000;
/** As long as a watch may be silent, and then some. */
const silenceMaxMs = 150_000;

test(
  "an operator whose connections fall silent for ever notices, and finishes everything",
  { timeout: limitMs },
  async (context) => {
    const { proxy, operator, shop, script, random, building } = await playBehindProxy(context, 20, ({ port }) =>
      startTcpProxy(port),
    );
    await letPass(random() * 2000);
    proxy.lose();
    await building;
    await expectFinalState(shop, script, silenceMaxMs);
    expect(operator.isRunning()).toBe(true);
  },
);
