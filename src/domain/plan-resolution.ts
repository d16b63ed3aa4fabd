/** A request to fetch the PipelineRun that a scenario runs, as far as it is known. */
export interface ResolutionFacts {
  /** Absent while there is no request. */
  readonly request?: {
    /** The Snapshot that asks owns it, and not a namesake that is gone. */
    readonly ours: boolean;
    readonly ageMs: number;
    readonly answer:
      | { readonly kind: "pending" }
      | { readonly kind: "failed"; readonly message: string }
      | { readonly kind: "resolved"; readonly data: string };
  };
  readonly resolver: string;
}

export type ResolutionDecision =
  | { readonly kind: "ask" }
  | { readonly kind: "wait" }
  /** Nothing will come of it any more; the message is for the scenario's author. */
  | { readonly kind: "giveUp"; readonly message: string }
  | { readonly kind: "use"; readonly data: string };

/** How long an answer is waited for. Tekton itself gives up earlier, unless nobody there knows the resolver at all. */
export const resolutionLimitMs = 120_000;

/** What to do about a PipelineRun that has to be fetched before it can be run. */
export function planResolution({ request, resolver }: ResolutionFacts): ResolutionDecision {
  if (request === undefined) return { kind: "ask" };
  if (!request.ours) return { kind: "wait" };
  const { answer, ageMs } = request;
  switch (answer.kind) {
    case "resolved":
      return { kind: "use", data: answer.data };
    case "failed":
      return { kind: "giveUp", message: `resolver ${resolver} failed: ${answer.message}` };
    case "pending":
      if (ageMs < resolutionLimitMs) return { kind: "wait" };
      return {
        kind: "giveUp",
        message: `resolver ${resolver} did not answer within ${String(resolutionLimitMs / 1000)} s: is there one of this name?`,
      };
  }
}
