import { resources } from "../../api/group.ts";
import { ownerLabel } from "../../cache/owner.ts";
import type { ScenarioRecord } from "../../cache/scenario.ts";
import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import { controllerReference } from "../../kube/owner-references.ts";
import { gitOverride } from "../../tekton/git-override.ts";
import { renderTestRun } from "../../tekton/render-test-run.ts";
import type { Question } from "../../tekton/resolution.ts";
import type { ResolvedRun } from "../../tekton/resolved-run.ts";
import type { Timeouts } from "../../tekton/timeouts.ts";
import type { GatheredSnapshot } from "./gather.ts";

/** What all test PipelineRuns have in common. */
export interface TestRunSettings {
  readonly serviceAccount: string;
  readonly timeouts: Timeouts;
  /** Where people look at runs, with placeholders. */
  readonly consoleUrl?: string;
}

/** A test run that is due: which scenario's, what it is called, and what it is made from if that had to be fetched. */
export interface DueRun {
  readonly scenario: ScenarioRecord;
  readonly name: string;
  readonly fetched?: ResolvedRun;
}

/** The PipelineRun that tests a Snapshot with one of its scenarios. */
export function renderRun(
  { record, open }: GatheredSnapshot,
  { scenario, ...due }: DueRun,
  settings: TestRunSettings,
): KubeObject {
  return renderTestRun({
    ...due,
    snapshot: {
      name: record.key.name,
      namespace: record.key.namespace,
      ownerLabel: ownerLabel(record.owner),
      labels: open.labels,
      annotations: open.annotations,
      spec: open.spec,
      owner: ownerOf(record),
    },
    scenario: { ...scenario, name: scenario.key.name },
    isPullRequest: !open.isPush,
    ...settings,
  });
}

/** How the PipelineRun is asked for that a scenario fetches. A request is called like the run that will be made from it. */
export function renderQuestion({ record, open }: GatheredSnapshot, { scenario, name }: DueRun): Question {
  const { resolver, resolverParams } = scenario;
  const override = gitOverride(!open.isPush, open.annotations);
  return {
    key: { namespace: record.key.namespace, name },
    resolver,
    params: override.paramsOf({ resolver, params: resolverParams }),
    owner: ownerOf(record),
  };
}

function ownerOf({ key, uid }: GatheredSnapshot["record"]): OwnerReference {
  return controllerReference(resources.snapshot, { name: key.name, uid });
}
