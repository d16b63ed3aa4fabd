import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError } from "./apiserver/api-error.ts";
import { hostileObject } from "./hostile/objects.ts";
import { startBystander } from "./hostile/bystander.ts";

const batches = 60;
const batchSize = 60;
/** So many of the objects must have got past the API server, or this tests nothing. */
const acceptedMin = 2_000;

const unhandled: unknown[] = [];
const keep = (error: unknown): void => void unhandled.push(error);
beforeEach(() => void process.on("unhandledRejection", keep));
afterEach(() => void process.off("unhandledRejection", keep));

test("thousands of hostile objects crash nothing and hold up nobody", { timeout: 300_000 }, async () => {
  let accepted = 0;
  const batch = fc.array(hostileObject, { minLength: batchSize, maxLength: batchSize });
  const property = fc.asyncProperty(batch, fc.nat(), async (objects, seed) => {
    const bystander = startBystander(seed, [2_000, 20_000, 40_000]);
    const { stage, flaws } = bystander;
    await stage.clock.advance(1_000);
    for (const object of objects) {
      if (throwIn(stage.server, object)) accepted += 1;
      await stage.clock.advance(500);
    }
    await stage.clock.advance(60_000);
    await bystander.end();
    expect(flaws).toEqual([]);
    expect(unhandled).toEqual([]);
  });
  await fc.assert(property, { numRuns: batches, endOnFailure: true });
  expect(accepted).toBeGreaterThan(acceptedMin);
});

/** False when the API server does not take it. */
function throwIn(server: ReturnType<typeof startBystander>["stage"]["server"], object: object): boolean {
  try {
    server.put(object);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
