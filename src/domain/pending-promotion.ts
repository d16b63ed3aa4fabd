import { differences, sameContent, type CandidateList } from "./candidate-list.ts";

/**
 * Since when an Application has candidates that are not promoted (milliseconds since the epoch): since the first of them
 * passed, or, when a removed Component is all that changed, since the last promotion. Undefined when nothing waits.
 */
export function pendingSince({ candidates, ledger }: CandidateList): number | undefined {
  if (sameContent(candidates, ledger.content)) return undefined;
  const waiting = differences(candidates, ledger.content).map(
    (component) => candidates.get(component)?.since ?? ledger.when,
  );
  return waiting.length === 0 ? ledger.when : Math.min(...waiting);
}

/** One image that a promotion brought, and how it got there; milliseconds since the epoch. */
export interface BroughtImage {
  /** When it passed its component phase. */
  readonly candidateSince: number;
  /** When its build started; absent for an image that no build led to. */
  readonly buildStartedAt?: number;
}

/** The images that a promotion brought and the one before it did not have. What is no longer candidate is left out: where it
 * came from is not known any more. */
export function broughtImages(before: CandidateList, after: CandidateList): readonly BroughtImage[] {
  if (after.ledger.snapshot === before.ledger.snapshot) return [];
  return differences(after.ledger.content, before.ledger.content).flatMap((component) => {
    const candidate = after.candidates.get(component);
    if (candidate === undefined || candidate.image !== after.ledger.content.get(component)?.image) return [];
    const { since: candidateSince, build } = candidate;
    return [
      build === undefined ? { candidateSince } : { candidateSince, buildStartedAt: build.startedAt ?? build.createdAt },
    ];
  });
}
