import { holdsForMs, type Standing } from "../domain/admit-metrics-reader.ts";

/** What was said of tokens lately. */
export interface RememberedStandings {
  /** What still holds of a token. */
  recall(token: string): Standing | undefined;
  /** Whether the last thing said of it was that it is allowed, however long ago. */
  wasAllowed(token: string): boolean;
  note(token: string, standing: Standing): void;
}

/** Readers are few. Whoever shows token after token pushes out other refused ones only, never a reader's. */
const allowedMax = 64;
const refusedMax = 512;

interface Noted {
  readonly standing: Standing;
  readonly untilMs: number;
}

/** An empty memory of bounded size. Tokens are named by something they do not follow from: a hash.
 * @param monotonic milliseconds on a clock that never jumps */
export function createRememberedStandings(monotonic: () => number): RememberedStandings {
  const allowed = new Map<string, Noted>();
  const refused = new Map<string, Noted>();
  return {
    recall: (token) => {
      const noted = allowed.get(token) ?? refused.get(token);
      return noted !== undefined && monotonic() < noted.untilMs ? noted.standing : undefined;
    },
    wasAllowed: (token) => allowed.has(token),
    note: (token, standing) => {
      const holdsMs = holdsForMs(standing);
      if (holdsMs === 0) return;
      allowed.delete(token);
      refused.delete(token);
      const [among, max] = standing.kind === "allowed" ? [allowed, allowedMax] : [refused, refusedMax];
      among.set(token, { standing, untilMs: monotonic() + holdsMs });
      // A map keeps the order in which its keys were set: the first was noted longest ago.
      const [oldest] = among.keys();
      if (among.size > max && oldest !== undefined) among.delete(oldest);
    },
  };
}
