/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Chance for one test: the same each time unless FAULT_SEED names another; always printed. */
export function chanceFor(test: string): () => number {
  const seed = Number(process.env["FAULT_SEED"] ?? 1);
  process.stdout.write(`${test}: FAULT_SEED=${String(seed)}\n`);
  return seeded(seed);
}

/** The same things in another order. */
export function shuffled<T>(things: readonly T[], random: () => number): readonly T[] {
  const keyed = things.map((thing) => ({ thing, key: random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ thing }) => thing);
}
