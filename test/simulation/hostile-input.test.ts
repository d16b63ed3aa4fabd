import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiError } from "./apiserver/api-error.ts";
import type { ApiObject } from "./apiserver/json.ts";
import { hostileObject } from "./hostile/objects.ts";
import { startBystander, type Bystander } from "./hostile/bystander.ts";
import { untold } from "./hostile/untold.ts";
import { conditionOf } from "./operator/readings.ts";

const batches = 60;
const batchSize = 60;
/** So many of the objects must have got past the API server, or this tests nothing. */
const acceptedMin = 2_000;

const unhandled: unknown[] = [];
const keep = (error: unknown): void => void unhandled.push(error);
beforeEach(() => void process.on("unhandledRejection", keep));
afterEach(() => void process.off("unhandledRejection", keep));

/** The same objects each time, unless HOSTILE_SEED names others. */
const seed = Number(process.env["HOSTILE_SEED"] ?? 1);

test(
  `thousands of hostile objects crash nothing, hold up nobody, and are told what is wrong (HOSTILE_SEED=${String(seed)})`,
  { timeout: 300_000 },
  async () => {
    const accepted: string[] = [];
    const batch = fc.array(hostileObject, { minLength: batchSize, maxLength: batchSize });
    const property = fc.asyncProperty(batch, fc.nat(), async (objects, chance) => {
      const bystander = startBystander(chance, [2_000, 20_000, 40_000]);
      const { stage, flaws } = bystander;
      await stage.clock.advance(1_000);
      const thrown = new Map<string, ApiObject>();
      for (const object of objects as readonly ApiObject[]) {
        if (throwIn(stage.server, object)) thrown.set(idOf(object), object);
        await stage.clock.advance(500);
      }
      accepted.push(...thrown.keys());
      await stage.clock.advance(60_000);
      const isForged = (object: ApiObject, type: string): boolean =>
        conditionOf(thrown.get(idOf(object)), type) !== undefined;
      expect(untold(stage.server, isForged)).toEqual([]);
      await bystander.end();
      expect(flaws).toEqual([]);
      expect(unhandled).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns: batches, endOnFailure: true });
    expect(accepted.length).toBeGreaterThan(acceptedMin);
    // Of every kind, or the objects of one do not get past the API server any more.
    expect(new Set(accepted.map((id) => id.split(" ")[0])).size).toBe(10);
  },
);

function idOf({ kind, metadata }: ApiObject): string {
  return `${kind} ${metadata.name}`;
}

/** False when the API server does not take it. */
function throwIn(server: Bystander["stage"]["server"], object: ApiObject): boolean {
  try {
    server.put(object);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
