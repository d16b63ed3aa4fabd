import { isFinal, isPassing, type ScenarioEntry } from "./test-status.ts";

export type SnapshotVerdict =
  | { readonly kind: "testing"; readonly waitingFor: readonly string[] }
  | { readonly kind: "passed"; readonly tested: boolean }
  | { readonly kind: "failed"; readonly failing: readonly ScenarioEntry[] };

/** Whether a Snapshot passed: every required scenario must have, and without any it passes untested. It is only judged once
 * all required scenarios have their outcome. */
export function judgeSnapshot(required: readonly string[], entries: readonly ScenarioEntry[]): SnapshotVerdict {
  if (required.length === 0) return { kind: "passed", tested: false };
  const byScenario = new Map(entries.map((entry) => [entry.scenario, entry]));
  const waitingFor = required.filter((scenario) => !isFinal(byScenario.get(scenario)?.status ?? "Pending"));
  if (waitingFor.length > 0) return { kind: "testing", waitingFor };
  const failing = required.flatMap((scenario) => {
    const entry = byScenario.get(scenario);
    return entry === undefined || isPassing(entry.status) ? [] : [entry];
  });
  return failing.length > 0 ? { kind: "failed", failing } : { kind: "passed", tested: true };
}
