import { conditionTypes } from "../../../src/api/conditions.ts";
import { annotations, labels, pipelineTypes } from "../../../src/api/labels.ts";
import { objectOf, textOf, type ApiObject } from "../apiserver/json.ts";
import type { SimulatedApiServer } from "../apiserver/server.ts";
import type { TypeName } from "../apiserver/store-access.ts";
import { types } from "../operator/definitions.ts";
import { conditionOf } from "../operator/readings.ts";

interface MustSay {
  readonly kind: TypeName;
  /** The condition that every object of the kind has, sooner or later, with a reason and a message. */
  readonly condition: string;
  /** Conditions with which it is somebody else's to say. */
  readonly unless: readonly string[];
}

const mustSay: readonly MustSay[] = [
  { kind: types.componentGroup, condition: conditionTypes.groupValid, unless: [] },
  { kind: types.scenario, condition: conditionTypes.scenarioValid, unless: [] },
  // One that upstream is done with is left as it is.
  { kind: types.snapshot, condition: conditionTypes.promoted, unless: [conditionTypes.integrationStatus] },
];

/** The objects at which their author would look in vain, when all has had its time: nothing on them, and no Event about them,
 * says what became of them. `isForged`: whoever threw it in wrote such a condition into it. */
export function untold(
  server: Pick<SimulatedApiServer, "all">,
  isForged: (object: ApiObject, conditionType: string) => boolean,
): readonly string[] {
  const about = new Set(
    server
      .all(types.event)
      .filter(({ message }) => textOf(message) !== "")
      .map((event) => objectOf(event["involvedObject"]))
      .map(({ kind, name }) => `${textOf(kind)} ${textOf(name)}`),
  );
  const silent = mustSay.flatMap(({ kind, condition, unless }) =>
    server
      .all(kind)
      .filter((object) => ![condition, ...unless].some((type) => isForged(object, type)) && !says(object, condition)),
  );
  const builds = server.all(types.pipelineRun).filter((run) => isFinishedBuild(run) && !isAnswered(run));
  const applications = new Set(server.all(types.application).map(({ metadata }) => metadata.name));
  const strays = server
    .all(types.component)
    .filter(({ spec }) => isStray(textOf(objectOf(spec)["application"]), applications));
  return [...silent.map(nameOf), ...[...builds, ...strays].map(nameOf).filter((each) => !about.has(each))];
}

/** A Component without an Application may be for ComponentGroups. */
function isStray(application: string, applications: ReadonlySet<string>): boolean {
  return application !== "" && !applications.has(application);
}

function nameOf({ kind, metadata }: ApiObject): string {
  return `${kind} ${metadata.name}`;
}

function says(object: ApiObject, type: string): boolean {
  const condition = conditionOf(object, type);
  return condition !== undefined && condition.reason !== "" && condition.message !== "";
}

function isFinishedBuild(run: ApiObject): boolean {
  return (
    run.metadata.labels?.[labels.pipelinesType] === pipelineTypes.build &&
    conditionOf(run, "Succeeded")?.status === "True"
  );
}

/** It names its Snapshot, or says why it has none. */
function isAnswered({ metadata }: ApiObject): boolean {
  const { snapshot, snapshots, createSnapshotStatus } = annotations;
  return [snapshot, snapshots, createSnapshotStatus].some((key) => metadata.annotations?.[key] !== undefined);
}
