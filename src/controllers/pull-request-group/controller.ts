import type { ComponentRecord } from "../../cache/component.ts";
import { inNamespace } from "../../cache/identity.ts";
import type { PipelineRunRecord } from "../../cache/pipeline-run.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { groupOfBuild, groupOfSnapshot, groupsOfComponent, groupsOfRequest } from "./key.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of pull-request groups: what it does, and who wakes it. */
export function pullRequestGroupController(env: Environment): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, signal),
    sources: [
      storeSource(caches.snapshots, (change) =>
        isNews(change, snapshotFacts)
          ? [...both(change).flatMap(groupOfSnapshot), ...merged(env, change.before, change.after)]
          : [],
      ),
      storeSource(caches.pipelineRuns, (change) =>
        isNews(change, runFacts)
          ? [
              ...both(change).flatMap((run) => (run.type === "build" ? groupOfBuild(env, run) : [])),
              ...merged(env, asBuild(change.before), asBuild(change.after)),
            ]
          : [],
      ),
      storeSource(caches.components, (change) => movedFrom(env, change)),
      storeSource(caches.applications, ({ before, after, initial }) =>
        before === undefined && after !== undefined && !initial ? groupsIn(env, after.key) : [],
      ),
      storeSource(caches.candidateLists, ({ before, after }) => {
        const repaired = before?.parsed.kind === "unreadable" && after?.parsed.kind !== "unreadable";
        return repaired ? groupsIn(env, before.owner) : [];
      }),
    ],
  };
}

/** The groups of a Component that came, went, or belongs to another Application now. */
function movedFrom(env: Environment, { before, after }: Change<ComponentRecord>): readonly ObjectKey[] {
  const component = after ?? before;
  const moved = before?.application !== after?.application || before?.deleting !== after?.deleting;
  if (component === undefined || !moved) return [];
  const applications = [before, after].flatMap((each) => each?.application ?? []);
  return groupsOfComponent(env, component.key, [...new Set(applications)]);
}

function both<T>({ before, after }: Pick<Change<T & object>, "before" | "after">): readonly T[] {
  return [before, after].filter((each) => each !== undefined) as readonly T[];
}

/** Whether a change is one that a group has to hear of: most changes of a Snapshot or a build are not. */
function isNews<T>(
  { before, after }: Pick<Change<T & object>, "before" | "after">,
  facts: (object: T) => unknown,
): boolean {
  if (before === undefined || after === undefined) return true;
  return JSON.stringify(facts(before)) !== JSON.stringify(facts(after));
}

function snapshotFacts({ pullRequest, ofGroup, canceled, deleting, owner }: SnapshotRecord): unknown {
  return [pullRequest, ofGroup?.group, canceled, deleting, owner];
}

function runFacts(run: PipelineRunRecord): unknown {
  return run.type === "build" && [run.pullRequest, run.component, run.state, run.deleting, run.snapshot];
}

function asBuild(run: PipelineRunRecord | undefined): { readonly merges?: string } | undefined {
  return run?.type === "build" ? run : undefined;
}

/** A push's build, or its Snapshot, says which pull request was merged. */
function merged(
  env: Environment,
  before: { readonly merges?: string } | undefined,
  after: { readonly merges?: string } | undefined,
): readonly ObjectKey[] {
  return after?.merges === undefined || before !== undefined ? [] : groupsOfRequest(env, after.merges);
}

function groupsIn(env: Environment, { namespace, name }: ObjectKey): readonly ObjectKey[] {
  const components = env.caches.components.byIndex("byApplication", inNamespace(namespace, name));
  return components.flatMap(({ key }) => groupsOfComponent(env, key, [name]));
}
