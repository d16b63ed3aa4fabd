import { present } from "./present.ts";

/** Where a Snapshot stands in the history of the candidate list. */
export interface Place {
  /** The revision at which its images became candidates or were promoted. */
  readonly revision?: number;
  /** The Snapshot that carries a superseded one on, once it exists. */
  readonly composite?: string;
}

/** What people are told of a promotion. */
export function promotedAt(revision: number): string {
  return `Promoted at revision ${String(revision)} of the global candidate list`;
}

/** What people are told of a Snapshot whose images became candidates, but not by a promotion of its own. */
export function candidateSince(
  message: string,
  { revision, composite }: Place & { readonly revision: number },
): string {
  const why = message.replace(told, "");
  const carrier = composite === undefined ? "" : `. Carried on by Snapshot ${composite}`;
  return `${why}. Candidate since revision ${String(revision)}${carrier}`;
}

const told = /\. Candidate since revision (\d{1,15})(?:\. Carried on by Snapshot (\S+))?$/;
const promoted = /^Promoted at revision (\d{1,15}) of the global candidate list/;

/** Reads the place back from what people were told: where the CRD of Snapshots is another's, it drops the field of the status
 * that is meant for it, and without it a list that is lost could not be made again. */
export function readPlace(message: string): Place {
  const [, revision, composite] = promoted.exec(message) ?? told.exec(message) ?? [];
  return revision === undefined ? {} : { revision: Number(revision), ...present({ composite }) };
}
