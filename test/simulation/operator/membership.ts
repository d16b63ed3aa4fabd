import { objectOf, type JsonObject } from "../apiserver/json.ts";
import { types } from "./definitions.ts";
import { listing } from "./manifests.ts";
import { nameOf, versionOf } from "./owners.ts";
import { change, later, type Stage } from "./stage.ts";
import type { PlannedOwner } from "./workload.ts";

/** Puts a Component into a ComponentGroup, unless it is in. */
export function putIn(stage: Stage, group: PlannedOwner, component: string): void {
  changeListed(stage, group, (listed) =>
    listed.some((each) => isOf(each, component)) ? listed : [...listed, listing(component) as JsonObject],
  );
}

/** Takes a Component out of a ComponentGroup, and so out of those around it; perhaps for a while only. */
export function takeOut(
  stage: Stage,
  group: PlannedOwner,
  { component, backMs }: { readonly component: string; readonly backMs: number },
): void {
  const { owners } = stage.workload;
  const around = owners.filter(({ kind, components }) => kind === group.kind && components.includes(component));
  for (const { id } of around) stage.truth.remove(component, id);
  changeListed(stage, group, (listed) => listed.filter((each) => !isOf(each, component)));
  if (backMs > 0) later(stage, backMs, () => putIn(stage, group, component));
}

function isOf({ name, componentVersion }: JsonObject, component: string): boolean {
  return name === nameOf(component) && objectOf(componentVersion)["name"] === versionOf(component);
}

function changeListed(
  stage: Stage,
  { name }: PlannedOwner,
  by: (listed: readonly JsonObject[]) => readonly JsonObject[],
): void {
  change(stage, types.componentGroup, name, (object) => {
    const spec = objectOf(object["spec"]);
    const listed = (Array.isArray(spec["components"]) ? spec["components"] : []).map(objectOf);
    return { ...object, spec: { ...spec, components: [...by(listed)] } };
  });
}
