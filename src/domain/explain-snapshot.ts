import type { CandidateList, Content } from "./candidate-list.ts";
import type { Conclusion } from "./plan-promotion.ts";
import type { ScenarioEntry } from "./test-status.ts";

export interface ExplainFacts {
  readonly snapshot: {
    readonly name: string;
    readonly type: string;
    readonly component?: string;
    /** Kind and name of what it belongs to. */
    readonly owner: string;
    readonly content: Content;
  };
  /** What its condition Promoted says; absent while it says nothing. */
  readonly said?: { readonly status: string; readonly reason: string; readonly message: string };
  readonly entries: readonly ScenarioEntry[];
  /** The owner's candidate list, or what is wrong with it. */
  readonly list: CandidateList | string;
  /** What would become of it as things are; absent when that is settled. */
  readonly outlook?: Outlook;
}

export type Outlook =
  | Conclusion
  | { readonly kind: "testing"; readonly waitingFor: readonly string[] }
  /** Another promotion has to be finished before. */
  | { readonly kind: "waits" };

/** Why a Snapshot was promoted, or was not, or was not yet: lines for the developer who built it. */
export function explainSnapshot(facts: ExplainFacts): readonly string[] {
  const { name, type, component, owner } = facts.snapshot;
  const of = component === undefined ? "" : ` of Component ${component}`;
  return [
    `Snapshot ${name} (${type || "without a type"}${of}) of ${owner}`,
    ...verdict(facts),
    "",
    ...tests(facts.entries),
    "",
    ...images(facts.snapshot.content, facts.list),
  ];
}

function verdict({ said, outlook }: ExplainFacts): readonly string[] {
  const told = said === undefined ? [] : [`${answers[said.status] ?? answer} ${said.reason}. ${said.message}`];
  return [...told, ...(outlook === undefined ? [] : [foresee(outlook)])];
}

const answer = "Not promoted yet:";
const answers: Readonly<Record<string, string>> = { True: "Promoted:", False: "Not promoted:" };

function foresee(outlook: Outlook): string {
  switch (outlook.kind) {
    case "testing":
      return `As things are: it waits for the required scenarios ${outlook.waitingFor.join(", ")}.`;
    case "waits":
      return "As things are: it is decided as soon as the promotion before it is finished.";
    case "promoted":
      return `As things are: it is promoted at revision ${String(outlook.revision)} of the candidate list.`;
    case "superseded":
    case "notPromoted":
      return `As things are: it is not promoted, ${outlook.objection.reason}. ${outlook.objection.message}.`;
  }
}

function tests(entries: readonly ScenarioEntry[]): readonly string[] {
  if (entries.length === 0) return ["Tests: none."];
  const lines = entries.map(({ scenario, status, isOptionalScenario, details }) => {
    const optional = isOptionalScenario === true ? " (optional)" : "";
    return `  ${scenario}${optional}: ${status}. ${details}`;
  });
  return ["Tests:", ...lines];
}

function images(content: Content, list: CandidateList | string): readonly string[] {
  if (typeof list === "string") return [`The candidate list cannot be read: ${list}`];
  const { candidates, ledger, revision } = list;
  const lines = [...content].map(([component, { image }]) => {
    const candidate = candidates.get(component);
    const isPromoted = ledger.content.get(component)?.image === image;
    return `  ${component}: ${place(image, candidate)}${isPromoted ? ", and promoted" : ""}`;
  });
  const last = ledger.snapshot === undefined ? "what it started from" : `Snapshot ${ledger.snapshot}`;
  return [
    "Its images:",
    ...lines,
    `The candidate list is at revision ${String(revision)}; promoted last, at revision ${String(ledger.revision)}: ${last}`,
  ];
}

function place(image: string, candidate: { readonly image: string; readonly snapshot?: string } | undefined): string {
  if (candidate === undefined) return "the Component has no candidate";
  if (candidate.image === image) return "the candidate";
  const by = candidate.snapshot === undefined ? "" : `, by Snapshot ${candidate.snapshot}`;
  return `not the candidate; that is ${candidate.image}${by}`;
}
