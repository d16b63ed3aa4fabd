import { isSameGroup } from "../../cache/component-group.ts";
import type { ComponentRecord } from "../../cache/component.ts";
import { groupsAround, groupsNaming } from "../../cache/membership.ts";
import { inNamespace } from "../../cache/identity.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { isRunningTest, isUnderWay, type BuildRecord, type PipelineRunRecord } from "../../cache/pipeline-run.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { Owner } from "../../domain/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { storeSource } from "../../runtime/controller.ts";
import type { Change } from "../../runtime/store.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile, type Testing } from "./reconcile.ts";
import { maybeSuperseded } from "./successor.ts";

/** The controller of Snapshots' tests: what it does, and who wakes it. */
export function snapshotController(env: Environment, testing: Testing): ControllerDefinition {
  const { caches } = env;
  return {
    reconcile: (key, signal) => reconcile(env, key, testing, signal),
    sources: [
      storeSource(caches.snapshots, (change) => {
        const { before, after } = change;
        const older = before === undefined && after !== undefined ? maybeSuperseded(env, after) : [];
        const snapshot = needsLook(env, change) ? (after ?? before) : undefined;
        return snapshot === undefined ? older : [snapshot.key, ...older];
      }),
      // A run that is not held is history, or that of an open Snapshot, which is named itself.
      storeSource(
        caches.pipelineRuns,
        ({ before, after, initial }) => {
          const run = after ?? before;
          if (run?.type === "build") return isArrival(before, run) ? maybeSuperseded(env, run) : [];
          return run?.type === "test" && !(initial && !run.held)
            ? [{ namespace: run.key.namespace, name: run.snapshot }]
            : [];
        },
        (change) => (isOneOfMoreOutcomes(env, change) ? outcomesTogetherMs : 0),
      ),
      storeSource(caches.scenarios, ({ before, after }) => {
        const owners = [before?.owner, after?.owner].filter((owner) => owner !== undefined);
        return owners.flatMap((owner) => openOf(env, owner));
      }),
      // A Snapshot that names a Component which is gone, or came, may be judged otherwise.
      storeSource(caches.components, (change) =>
        change.initial ? [] : ownersOfMoved(env, change).flatMap((owner) => openOf(env, owner)),
      ),
      // A group's order of tests and its members may change while its Snapshots are tested.
      storeSource(caches.componentGroups, ({ before, after }) =>
        after === undefined || isSameGroup(before, after)
          ? []
          : groupsAround(caches, after.key).flatMap((owner) => openOf(env, owner)),
      ),
      storeSource(caches.applications, ({ before, after }) =>
        after !== undefined && after.paused !== before?.paused
          ? openOf(env, { ...after.key, kind: "Application" })
          : [],
      ),
      testing.line.source,
    ],
  };
}

/** A pull request's new build supersedes what is in testing as soon as it is there; which of two of the same second is the
 * newer shows when they have started. */
function isArrival(before: PipelineRunRecord | undefined, run: BuildRecord): boolean {
  if (!isUnderWay(run)) return false;
  const startedBefore = before?.type === "build" ? before.pullRequest?.order.startedAt : undefined;
  return before === undefined || startedBefore !== run.pullRequest?.order.startedAt;
}

/** Tests that end within this time share one write. Nobody waits for it: promotion waits for the last outcome, and that one is
 * written at once, with all that came before it. */
const outcomesTogetherMs = 200;

/** Whether a test has ended while others of its Snapshot run. */
function isOneOfMoreOutcomes({ caches }: Environment, { before, after }: Change<PipelineRunRecord>): boolean {
  if (before?.state !== "running" || after?.type !== "test" || after.state === "running") return false;
  return caches.pipelineRuns
    .byIndex("bySnapshot", inNamespace(after.key.namespace, after.snapshot))
    .some(isRunningTest);
}

function hasRuns({ caches }: Environment, key: ObjectKey | undefined): boolean {
  if (key === undefined) return false;
  return caches.pipelineRuns.byIndex("bySnapshot", inNamespace(key.namespace, key.name)).length > 0;
}

/** Whether a Snapshot that came, changed or went may have something left to do. */
function needsLook(env: Environment, { before, after }: Pick<Change<SnapshotRecord>, "before" | "after">): boolean {
  // One that goes only matters to runs that are still held for it.
  if (after === undefined || after.deleting) return hasRuns(env, (after ?? before)?.key);
  // One whose tests are over may have been superseded meanwhile.
  const isOver = before?.open !== undefined && (after.pullRequest ?? after.ofGroup) !== undefined;
  return after.open !== undefined || isOver;
}

/** The owners that a Component comes to or goes from: Applications, and the ComponentGroups that name it. */
function ownersOfMoved({ caches }: Environment, { before, after }: Change<ComponentRecord>): readonly Owner[] {
  const component = after ?? before;
  const [was, is] = [before, after].map((each) => (each?.deleting === false ? each.application : undefined));
  if (component === undefined || was === is) return [];
  const names = [was, is].filter((name) => name !== undefined && name !== "");
  const isOld = was !== undefined && is !== undefined;
  return [
    ...names.map((name): Owner => ({ ...component.key, kind: "Application", name: name ?? "" })),
    ...(isOld ? [] : groupsNaming(caches, component.key)),
  ];
}

function openOf({ caches }: Environment, owner: Owner): readonly ObjectKey[] {
  return caches.snapshots.byIndex("openByOwner", ownerIndex(owner)).map(({ key }) => key);
}
