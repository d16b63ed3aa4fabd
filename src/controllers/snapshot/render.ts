import { resources } from "../../api/group.ts";
import type { ScenarioRecord } from "../../cache/scenario.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerReference } from "../../kube/owner-references.ts";
import { renderTestRun } from "../../tekton/render-test-run.ts";
import type { Timeouts } from "../../tekton/timeouts.ts";
import type { GatheredSnapshot } from "./gather.ts";

/** What all test PipelineRuns have in common. */
export interface TestRunSettings {
  readonly serviceAccount: string;
  readonly timeouts: Timeouts;
}

/** The PipelineRun that tests a Snapshot with one of its scenarios. */
export function renderRun(
  { record, open }: GatheredSnapshot,
  scenario: ScenarioRecord,
  name: string,
  settings: TestRunSettings,
): KubeObject {
  return renderTestRun({
    name,
    snapshot: {
      name: record.key.name,
      namespace: record.key.namespace,
      application: record.application,
      labels: open.labels,
      annotations: open.annotations,
      spec: open.spec,
      owner: controllerReference(resources.snapshot, { name: record.key.name, uid: record.uid }),
    },
    scenario: { ...scenario, name: scenario.key.name },
    isPullRequest: !open.isPush,
    ...settings,
  });
}
