import type { Resource } from "./api/group.ts";
import { resources } from "./api/group.ts";
import { labels, pipelineTypes } from "./api/labels.ts";
import { projectApplication } from "./cache/application.ts";
import type { Caches } from "./cache/caches.ts";
import { candidateListSelector, configMapResource, projectCandidateList } from "./cache/candidate-list.ts";
import { componentGroupIndexes, projectComponentGroup } from "./cache/component-group.ts";
import { componentIndexes, projectComponent } from "./cache/component.ts";
import { pipelineRunIndexes, projectPipelineRun } from "./cache/pipeline-run.ts";
import { projectReleasePlan, releasePlanIndexes } from "./cache/release-plan.ts";
import { projectRelease, releaseIndexes } from "./cache/release.ts";
import { projectScenario, scenarioIndexes } from "./cache/scenario.ts";
import { projectSnapshot, snapshotIndexes } from "./cache/snapshot.ts";
import { projectTaskRun, taskRunIndexes } from "./cache/task-run.ts";
import { defineCachedKind, type Project, type WriteThrough } from "./runtime/cached-client.ts";
import { createReflector, type Reflector } from "./runtime/reflector.ts";
import type { ReflectorOptions } from "./runtime/reflector-stream.ts";
import type { IndexFunctions } from "./runtime/store-indexes.ts";
import { createStore, type CachedObject, type Store } from "./runtime/store.ts";
import { tektonResources } from "./tekton/pipeline-run.ts";

/** What all reflectors have in common. */
export type Watching = Omit<
  ReflectorOptions<CachedObject>,
  "name" | "resource" | "store" | "project" | "labelSelector"
>;

export interface CreatedCaches {
  readonly caches: Caches;
  readonly reflectors: readonly Reflector[];
  readonly writeThrough: readonly WriteThrough[];
}

/** One store and one reflector for each kind that is followed. */
export function createCaches(watching: Watching): CreatedCaches {
  const reflectors: Reflector[] = [];
  const writeThrough: WriteThrough[] = [];
  const follow = <T extends CachedObject>(
    resource: Resource,
    kind: {
      readonly project: Project<T>;
      readonly indexes?: IndexFunctions<T>;
      readonly labelSelector?: string;
      /** A cluster need not have the kind. */
      readonly optional?: boolean;
    },
  ): Store<T> => {
    const { project, indexes = {}, labelSelector, optional = false } = kind;
    const store = createStore<T>({ indexes, onHandlerError: () => watching.metrics.handlerFailed(resource.plural) });
    const selection = labelSelector === undefined ? {} : { labelSelector };
    reflectors.push(
      createReflector({ ...watching, ...selection, name: resource.plural, resource, store, project, optional }),
    );
    writeThrough.push(defineCachedKind({ resource, store, project }));
    return store;
  };
  const runTypes = `${labels.pipelinesType} in (${pipelineTypes.build},${pipelineTypes.test})`;
  const caches: Caches = {
    applications: follow(resources.application, { project: projectApplication }),
    componentGroups: follow(resources.componentGroup, {
      project: projectComponentGroup,
      indexes: componentGroupIndexes,
      optional: true,
    }),
    components: follow(resources.component, { project: projectComponent, indexes: componentIndexes }),
    snapshots: follow(resources.snapshot, { project: projectSnapshot, indexes: snapshotIndexes }),
    scenarios: follow(resources.integrationTestScenario, { project: projectScenario, indexes: scenarioIndexes }),
    releasePlans: follow(resources.releasePlan, { project: projectReleasePlan, indexes: releasePlanIndexes }),
    releases: follow(resources.release, { project: projectRelease, indexes: releaseIndexes }),
    pipelineRuns: follow(tektonResources.pipelineRun, {
      project: projectPipelineRun,
      indexes: pipelineRunIndexes,
      labelSelector: runTypes,
    }),
    taskRuns: follow(tektonResources.taskRun, {
      project: projectTaskRun,
      indexes: taskRunIndexes,
      labelSelector: labels.tektonPipelineRun,
    }),
    candidateLists: follow(configMapResource, { project: projectCandidateList, labelSelector: candidateListSelector }),
  };
  return { caches, reflectors, writeThrough };
}
