import { expect, test } from "vitest";
import { letPass } from "../integration/support/wait.ts";
import { playBehindProxy } from "./support/behind-proxy.ts";
import { expectFinalState } from "./support/final-state.ts";
import { startHttpProxy, type Fate } from "./support/http-proxy.ts";
import { startTcpProxy } from "./support/tcp-proxy.ts";

const limitMs = 120_000;
const count = 40;
const stalledMs = 5000;
/** So many requests of a hundred meet a fault, of each kind. */
const shares: readonly (readonly [number, Fate])[] = [
  [4, { kind: "refused", status: 500 }],
  [3, { kind: "refused", status: 503 }],
  [3, { kind: "refused", status: 429 }],
  [4, { kind: "belied", status: 500 }],
  [3, { kind: "belied", status: 504 }],
  [4, { kind: "unanswered" }],
];

test(
  "an operator whose wire to the API server is slow, cut, dropped and stalled finishes everything",
  {
    timeout: limitMs,
  },
  async (context) => {
    const { proxy, operator, shop, script, random, building } = await playBehindProxy(context, count, ({ port }) =>
      startTcpProxy(port),
    );
    for (let round = 0; round < 6; round += 1) {
      await letPass(random() * 400);
      proxy.drop();
    }
    proxy.become({ kind: "slow", delayMs: 200 });
    await letPass(2000);
    // Long enough for a handshake, and then for some or half of an answer.
    for (const afterBytes of [3000, 6000, 20_000]) {
      proxy.become({ kind: "cut", afterBytes });
      proxy.drop();
      await letPass(1000);
    }
    proxy.become({ kind: "stalled" });
    await letPass(stalledMs);
    proxy.become({ kind: "sound" });
    await building;
    await expectFinalState(shop, script);
    process.stdout.write(`${String(proxy.cuts())} connections were cut\n`);
    expect(proxy.cuts()).toBeGreaterThan(10);
    expect(operator.isRunning()).toBe(true);
  },
);

test(
  "an operator that is told of errors, before and after its requests took effect, finishes everything and does nothing twice",
  {
    timeout: limitMs,
  },
  async (context) => {
    const met = new Map<string, number>();
    const remember = (fate: Fate): Fate => {
      const name = "status" in fate ? `${fate.kind} with ${String(fate.status)}` : fate.kind;
      met.set(name, (met.get(name) ?? 0) + 1);
      return fate;
    };
    let isSound = false;
    const { operator, shop, script, building } = await playBehindProxy(context, count, (access, random) =>
      startHttpProxy(access, () => (isSound ? { kind: "passes" } : remember(fateFor(random() * 100)))),
    );
    await building;
    await letPass(5000);
    // What has failed many times in a row is tried again within half a minute.
    isSound = true;
    await expectFinalState(shop, script, 60_000);
    process.stdout.write(`of requests, ${[...met].map(([what, count]) => `${String(count)} ${what}`).join(", ")}\n`);
    expect([...met.keys()].length).toBe(shares.length + 1);
    expect(operator.isRunning()).toBe(true);
  },
);

function fateFor(percent: number): Fate {
  let bound = 0;
  for (const [share, fate] of shares) {
    bound += share;
    if (percent < bound) return fate;
  }
  return { kind: "passes" };
}
