import { conditionTypes } from "../../../../src/api/conditions.ts";
import { annotations, labels } from "../../../../src/api/labels.ts";
import { objectOf, type ApiObject } from "../../apiserver/json.ts";
import { namespace, types } from "../definitions.ts";
import { imageOf } from "../manifests.ts";
import { ownerId, ownerOf } from "../owners.ts";
import { conditionOf, labelOf, typeOf } from "../readings.ts";
import type { Stage } from "../stage.ts";

/** Once nothing moves any more: the newest builds of an Application's open pull requests, which are all of one branch here, have
 * been put together, unless one of them came to nothing; and what is older is put aside. */
export function ungrouped(stage: Stage, application: string): readonly string[] {
  const standing = newestOf(stage, application);
  const failed = standing.some(({ snapshot }) => snapshot === undefined);
  const members = standing.flatMap(({ snapshot }) => snapshot ?? []);
  const isAside = (each: ApiObject): boolean => isCanceled(each) || isOver(each);
  const lagging = snapshotsOf(stage, application).filter(
    (each) => !isAside(each) && members.some((member) => isOlder(stage, each, member)),
  );
  const problems = lagging.map(({ metadata }) => `rule 12: ${metadata.name} is not put aside for the newer one`);
  const open = members.filter((each) => !isAside(each));
  if (failed || open.length < 2) return problems;
  const untold = open.filter(({ metadata }) => !said(metadata).startsWith("Group snapshot "));
  const images = open.map((each) => imageOf(componentOf(each), labelOf(each, labels.buildPipelineRun) ?? ""));
  const together = [...stage.truth.snapshots.values()].some(
    ({ type, content }) => type === "group" && images.every((image) => [...content.values()].includes(image)),
  );
  return [
    ...problems,
    ...(together ? [] : [`rule 12: nothing puts ${images.join(" and ")} together`]),
    ...untold.map(({ metadata }) => `rule 12: ${metadata.name} says of its group: ${said(metadata) || "nothing"}`),
  ];
}

interface Newest {
  /** Absent when the newest build failed, or was refused. */
  readonly snapshot?: ApiObject;
}

/** For each Component, what its newest build of a pull request came to. A build whose Snapshot is gone takes no part. */
function newestOf({ server, truth }: Stage, application: string): readonly Newest[] {
  const components = server
    .all(types.component, namespace)
    .filter((component) => objectOf(component["spec"])["application"] === application)
    .map(({ metadata }) => metadata.name);
  return components.flatMap((component): readonly Newest[] => {
    const runs = server
      .all(types.pipelineRun, namespace)
      .filter(
        (run) =>
          truth.builds.get(run.metadata.name)?.planned.component === component &&
          truth.builds.get(run.metadata.name)?.planned.pullRequest === true,
      );
    const made = server
      .all(types.snapshot, namespace)
      .filter((each) => isOf(each, application) && componentOf(each) === component && isOfRequest(truth, each));
    const names = [
      ...runs.filter((run) => !isOver(run)).map(({ metadata }) => metadata.name),
      ...made.map((each) => labelOf(each, labels.buildPipelineRun) ?? ""),
    ];
    const [newest] = names.toSorted((a, b) => (truth.isOlder(imageOf(component, a), imageOf(component, b)) ? 1 : -1));
    if (newest === undefined) return [];
    const snapshot = made.find((each) => labelOf(each, labels.buildPipelineRun) === newest);
    const run = runs.find(({ metadata }) => metadata.name === newest);
    if (snapshot !== undefined) return [{ snapshot }];
    return run?.metadata.annotations?.[annotations.snapshot] === undefined ? [{}] : [];
  });
}

function snapshotsOf({ server, truth }: Stage, application: string): readonly ApiObject[] {
  return server.all(types.snapshot, namespace).filter((each) => isOf(each, application) && isOfRequest(truth, each));
}

function isOf(snapshot: ApiObject, application: string): boolean {
  return typeOf(snapshot) === "component" && ownerOf(snapshot) === ownerId("Application", application);
}

function isOfRequest(truth: Stage["truth"], snapshot: ApiObject): boolean {
  return truth.builds.get(labelOf(snapshot, labels.buildPipelineRun) ?? "")?.planned.pullRequest === true;
}

function isOlder({ truth }: Stage, one: ApiObject, other: ApiObject): boolean {
  const component = componentOf(one);
  const image = (each: ApiObject): string => imageOf(component, labelOf(each, labels.buildPipelineRun) ?? "");
  return one !== other && component === componentOf(other) && truth.isOlder(image(one), image(other));
}

function componentOf(snapshot: ApiObject): string {
  return labelOf(snapshot, labels.component) ?? "";
}

function isCanceled(snapshot: ApiObject): boolean {
  return conditionOf(snapshot, conditionTypes.integrationStatus)?.reason === "Canceled";
}

function isOver({ metadata }: ApiObject): boolean {
  return metadata.annotations?.[annotations.pullRequestStatus] === "merged";
}

function said({ annotations: own }: ApiObject["metadata"]): string {
  return own?.[annotations.groupSnapshotStatus] ?? "";
}
