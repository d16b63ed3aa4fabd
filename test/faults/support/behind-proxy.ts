import { inject, type TestContext } from "vitest";
import type { OperatorProcess } from "../../integration/support/operator-process.ts";
import type { Shop } from "../../integration/support/shop.ts";
import { openApart } from "../../integration/support/shops.ts";
import { kubeconfigFor, readAccess, type ApiServerAccess } from "./access.ts";
import { chanceFor } from "./chance.ts";
import { directTests, play } from "./player.ts";
import { scenarios, writeScript, type Script } from "./script.ts";

const components = ["part-0", "part-1", "part-2"];
const pauseMs = 150;

/** Something on the way to the API server. */
interface Proxy {
  readonly port: number;
  /** The certificate authority of whoever answers there, where that is not the API server's. */
  readonly ca?: string;
  stop(): Promise<void>;
}

/** An operator that reaches the API server by way of a proxy, and a shop of which a script is being played, past it. */
export interface BehindProxy<P extends Proxy> {
  readonly proxy: P;
  readonly operator: OperatorProcess;
  readonly shop: Shop;
  readonly script: Script;
  readonly random: () => number;
  /** Settles when the last build has ended. */
  readonly building: Promise<void>;
}

/** Starts the operator behind a proxy, and begins to play as many builds. All chance is the test's own. */
export async function playBehindProxy<P extends Proxy>(
  context: TestContext,
  count: number,
  startProxy: (access: ApiServerAccess, random: () => number) => Promise<P>,
): Promise<BehindProxy<P>> {
  const random = chanceFor(context.task.name);
  const script = writeScript({ components, count, random });
  const { shop, start } = await openApart(context);
  const access = await readAccess(inject("kubeconfig"));
  const proxy = await startProxy(access, random);
  context.onTestFinished(() => proxy.stop());
  const { port, ca = access.ca } = proxy;
  const operator = await start("--kubeconfig", await kubeconfigFor(context, { ...access, port, ca }));
  await shop.furnish({ components, scenarios });
  directTests(shop, script);
  return { proxy, operator, shop, script, random, building: play(shop, script, pauseMs) };
}
