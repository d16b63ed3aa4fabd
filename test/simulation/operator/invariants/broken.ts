/** A broken invariant: which, and how, in words. */
export class InvariantBroken extends Error {
  readonly code = "SIM_INVARIANT_BROKEN";
  readonly invariant: string;
  constructor(invariant: string, how: string) {
    super(`${invariant}: ${how}`);
    this.name = "InvariantBroken";
    this.invariant = invariant;
  }
}

/** Throws unless something holds. */
export function hold(invariant: string, holds: boolean, how: () => string): void {
  if (!holds) throw new InvariantBroken(invariant, how());
}
