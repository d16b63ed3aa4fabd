import { expect, inject, test } from "vitest";
import { openApart } from "../integration/support/shops.ts";
import { letPass } from "../integration/support/wait.ts";
import { kubeconfigFor, readAccess } from "./support/access.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { startHttpProxy, type Fate } from "./support/http-proxy.ts";
import { directTests, play } from "./support/player.ts";
import { scenarios, writeScript } from "./support/script.ts";
import { startTcpProxy } from "./support/tcp-proxy.ts";

const components = ["part-0", "part-1", "part-2"];
const limitMs = 120_000;
const pauseMs = 150;
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
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 40, random });
    const { shop, start } = await openApart(context);
    const access = await readAccess(inject("kubeconfig"));
    const proxy = await startTcpProxy(access.port);
    context.onTestFinished(() => proxy.stop());
    const operator = await start("--kubeconfig", await kubeconfigFor(context, { ...access, port: proxy.port }));
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const building = play(shop, script, pauseMs);
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
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 40, random });
    const { shop, start } = await openApart(context);
    const access = await readAccess(inject("kubeconfig"));
    const met = new Map<string, number>();
    const decide = (): Fate => {
      const fate = fateFor(random() * 100);
      const name = "status" in fate ? `${fate.kind} with ${String(fate.status)}` : fate.kind;
      met.set(name, (met.get(name) ?? 0) + 1);
      return fate;
    };
    const proxy = await startHttpProxy(access, decide);
    context.onTestFinished(() => proxy.stop());
    const kubeconfig = await kubeconfigFor(context, { ...access, port: proxy.port, ca: proxy.ca });
    const operator = await start("--kubeconfig", kubeconfig);
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    await play(shop, script, pauseMs);
    await expectFinalState(shop, script);
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
