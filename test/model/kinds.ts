import { resources } from "../../src/api/group.ts";
import { projectApplication } from "../../src/cache/application.ts";
import type { Caches } from "../../src/cache/caches.ts";
import { configMapResource, projectCandidateList } from "../../src/cache/candidate-list.ts";
import { componentGroupIndexes, projectComponentGroup } from "../../src/cache/component-group.ts";
import { componentIndexes, projectComponent } from "../../src/cache/component.ts";
import { pipelineRunIndexes, projectPipelineRun } from "../../src/cache/pipeline-run.ts";
import { projectReleasePlan, releasePlanIndexes } from "../../src/cache/release-plan.ts";
import { projectRelease, releaseIndexes } from "../../src/cache/release.ts";
import { projectScenario, scenarioIndexes } from "../../src/cache/scenario.ts";
import { projectSnapshot, snapshotIndexes } from "../../src/cache/snapshot.ts";
import { projectTaskRun, taskRunIndexes } from "../../src/cache/task-run.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import type { Project } from "../../src/runtime/cached-client.ts";
import type { IndexFunctions } from "../../src/runtime/store-indexes.ts";
import { createStore, type CachedObject, type Store } from "../../src/runtime/store.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";

/** The kinds of the world, by their plural: those the shipped operator follows. */
export const kindNames = [
  "applications",
  "componentgroups",
  "components",
  "snapshots",
  "integrationtestscenarios",
  "releaseplans",
  "releases",
  "pipelineruns",
  "taskruns",
  "configmaps",
] as const;

export type Kind = (typeof kindNames)[number];

/** One kind as an operator keeps it: the shipped projection and indexes, wired as src/caches.ts does. */
export interface CachedKindOfModel {
  readonly kind: Kind;
  readonly cache: keyof Caches;
  readonly resource: Resource;
  /** The shipped projection; what it makes of an object is remembered, since objects never change here. */
  readonly project: Project<CachedObject>;
  createStore(): Store<CachedObject>;
}

/** Every kind, by name. */
export const kinds: Readonly<Record<Kind, CachedKindOfModel>> = {
  applications: define("applications", "applications", resources.application, { project: projectApplication }),
  componentgroups: define("componentgroups", "componentGroups", resources.componentGroup, {
    project: projectComponentGroup,
    indexes: componentGroupIndexes,
  }),
  components: define("components", "components", resources.component, {
    project: projectComponent,
    indexes: componentIndexes,
  }),
  snapshots: define("snapshots", "snapshots", resources.snapshot, {
    project: projectSnapshot,
    indexes: snapshotIndexes,
  }),
  integrationtestscenarios: define("integrationtestscenarios", "scenarios", resources.integrationTestScenario, {
    project: projectScenario,
    indexes: scenarioIndexes,
  }),
  releaseplans: define("releaseplans", "releasePlans", resources.releasePlan, {
    project: projectReleasePlan,
    indexes: releasePlanIndexes,
  }),
  releases: define("releases", "releases", resources.release, { project: projectRelease, indexes: releaseIndexes }),
  pipelineruns: define("pipelineruns", "pipelineRuns", tektonResources.pipelineRun, {
    project: projectPipelineRun,
    indexes: pipelineRunIndexes,
  }),
  taskruns: define("taskruns", "taskRuns", tektonResources.taskRun, {
    project: projectTaskRun,
    indexes: taskRunIndexes,
  }),
  configmaps: define("configmaps", "candidateLists", configMapResource, { project: projectCandidateList }),
};

const byPlural: ReadonlyMap<string, Kind> = new Map(kindNames.map((kind) => [kind as string, kind]));

/** The kind that a resource of the shipped code names. */
export function kindOf(resource: Resource): Kind {
  const kind = byPlural.get(resource.plural);
  if (kind === undefined) throw new TypeError(`the model has no kind ${resource.plural}`);
  return kind;
}

function define<T extends CachedObject>(
  kind: Kind,
  cache: keyof Caches,
  resource: Resource,
  { project, indexes = {} }: { readonly project: Project<T>; readonly indexes?: IndexFunctions<T> },
): CachedKindOfModel {
  const remembered = new WeakMap<KubeObject, { readonly record: T | undefined }>();
  return {
    kind,
    cache,
    resource,
    project: (raw) => {
      const known = remembered.get(raw);
      if (known !== undefined) return known.record;
      const record = project(raw);
      remembered.set(raw, { record });
      if (record !== undefined) rawOfRecord.set(record, raw);
      return record;
    },
    createStore: () => createStore<T>({ indexes, onHandlerError: rethrow }) as unknown as Store<CachedObject>,
  };
}

const rawOfRecord = new WeakMap<CachedObject, KubeObject>();

/** The object that a cached record was made from. */
export function objectOf(record: CachedObject): KubeObject {
  const raw = rawOfRecord.get(record);
  if (raw === undefined) throw new TypeError(`record ${record.key.name} comes from nowhere`);
  return raw;
}

function rethrow(error: unknown): void {
  throw error;
}
