import type { Operator } from "./operator.ts";
import { waitUntil } from "./wait.ts";

/** How long nothing must happen. */
export const quietMs = 500;
/** A look costs the operator something too. */
const pauseMs = 200;
const limitMs = 60_000;

/** Waits until the operator has asked nothing of the API server for a while. */
export async function untilQuiet(operator: Operator): Promise<void> {
  let [calls, since] = [-1, performance.now()];
  await waitUntil(
    "the operator is quiet",
    async () => {
      const now = await countCalls(operator);
      if (now !== calls) [calls, since] = [now, performance.now()];
      return performance.now() - since > quietMs;
    },
    { limitMs, pauseMs },
  );
}

async function countCalls(operator: Operator): Promise<number> {
  const page = await operator.metrics();
  const calls = [...page].filter(([name]) => name.startsWith("rest_client_requests_total{"));
  return calls.reduce((sum, [, value]) => sum + value, 0);
}
