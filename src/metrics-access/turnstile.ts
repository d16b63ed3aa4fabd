/** Lets in or turns away, at once: nobody waits. The returned function must be called at the end of a stay. */
export type Enter = () => (() => void) | undefined;

export interface TurnstileLimits {
  /** How many may be in at a time. */
  readonly concurrent: number;
  /** How many may enter in a second, on average. */
  readonly perSecond: number;
  /** How many may enter at once after a quiet time. */
  readonly burst: number;
}

/** A cap and a token bucket.
 * @param monotonic milliseconds on a clock that never jumps */
export function createTurnstile({ concurrent, perSecond, burst }: TurnstileLimits, monotonic: () => number): Enter {
  let inside = 0;
  let left = burst;
  let refilledAt = monotonic();
  return () => {
    const now = monotonic();
    left = Math.min(burst, left + ((now - refilledAt) / 1000) * perSecond);
    refilledAt = now;
    if (inside >= concurrent || left < 1) return undefined;
    inside += 1;
    left -= 1;
    return () => {
      inside -= 1;
    };
  };
}
