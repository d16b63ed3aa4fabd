import type { Random } from "../../../src/runtime/clock.ts";
import { between, createSeededRandom } from "../apiserver/seeded-random.ts";

/** Chance with a seed, and what is drawn from it. */
export interface Chance {
  readonly random: Random;
  readonly between: (least: number, most: number) => number;
  readonly happens: (probability: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
}

/** One stream of chance; streams of one seed with different names do not influence each other. */
export function createChance(seed: number, stream: string): Chance {
  const random = createSeededRandom(hash(`${seed}/${stream}`));
  // The first numbers of neighbouring seeds are alike.
  random();
  return {
    random,
    between: (least, most) => between(random, [least, most]),
    happens: (probability) => random() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[Math.floor(random() * list.length)] as (typeof list)[number];
    },
  };
}

/** A number in [0, 1) that follows from a text. */
export function fateOf(text: string): number {
  return hash(text) / 4_294_967_296;
}

/** FNV-1a, with a last stir. */
function hash(text: string): number {
  let mixed = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
