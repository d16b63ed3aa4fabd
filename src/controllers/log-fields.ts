import { ownerField } from "../cache/owner.ts";
import type { Owner } from "../domain/owner.ts";
import type { ObjectKey } from "../kube/object.ts";

/** What each controller's lines are about, as upstream's queries ask for it. */
export const controllerKinds: Readonly<Record<string, string>> = {
  "build-pipeline": "PipelineRun",
  snapshot: "Snapshot",
  promotion: "Application",
  scenario: "IntegrationTestScenario",
  component: "Component",
  "component-group": "ComponentGroup",
  "release-plan": "ReleasePlan",
  "git-status": "Snapshot",
  "snapshot-gc": "Namespace",
  "pull-request-group": "Application",
};

/** How a log line names an object besides the one that it is about; upstream's queries look for both fields. */
export function logged({ namespace, name }: ObjectKey): ObjectKey {
  return { namespace, name };
}

/** How a log line names whose object it is about: an Application or a ComponentGroup. */
export function loggedOwner(owner: Owner): { readonly application?: string; readonly componentGroup?: string } {
  return ownerField({ ...owner, name: `${owner.namespace}/${owner.name}` });
}
