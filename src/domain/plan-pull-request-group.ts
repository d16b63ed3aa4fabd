import { compareBuilds, compareText, type BuildOrder } from "./build-order.ts";
import type { ComponentImage } from "./candidate-list.ts";
import { groupSnapshotName } from "./names.ts";

/** A build of an open pull request of the group. */
export interface GroupBuild {
  readonly name: string;
  readonly component: string;
  readonly order: BuildOrder;
  /** `awaited`: it succeeded, and its Snapshot is still to come. `done`: it has, or had, one. */
  readonly state: "running" | "failed" | "awaited" | "done";
}

/** The component Snapshot of such a build, put aside by nothing newer. */
export interface GroupMember {
  readonly name: string;
  readonly component: string;
  readonly order: BuildOrder;
  readonly image: ComponentImage;
  /** What it says became of a group Snapshot with it. */
  readonly said?: string;
}

export interface GroupWorld {
  readonly namespace: string;
  readonly application: string;
  readonly group: { readonly name: string; readonly hash: string };
  /** The Application's Components. */
  readonly components: ReadonlySet<string>;
  readonly builds: readonly GroupBuild[];
  readonly snapshots: readonly GroupMember[];
  /** The group's Snapshots that nothing newer has put aside: name → the component Snapshots that each holds. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether a Snapshot of this name is there, whatever has become of it. */
  readonly exists: (name: string) => boolean;
}

/** What a pull-request group needs now. */
export type GroupDecision =
  /** There is nobody to tell, or what is to come will be there in a moment. */
  | { readonly kind: "nothing" }
  | { readonly kind: "waits"; readonly build: string; readonly component: string }
  | { readonly kind: "fails"; readonly build: string }
  | { readonly kind: "tooFew" }
  /** What there is has been put together already. */
  | { readonly kind: "made"; readonly snapshot: string }
  | { readonly kind: "due"; readonly snapshot: string };

export interface GroupPlan {
  readonly decision: GroupDecision;
  /** The component Snapshots that the group consists of by now, in the order of their Components' names. */
  readonly members: readonly GroupMember[];
  /** Newest builds that had a Snapshot which does not stand for them: it was put aside, or is gone. */
  readonly absent: readonly string[];
}

/** Whether a pull-request group's newest builds are to be tested together: once none of its Components has a build that is
 * newer than its Snapshot, and two of them have one. Each set of builds is put together once; a part of what was, is not. */
export function planPullRequestGroup(world: GroupWorld): GroupPlan {
  const newest = newestOf(world);
  const members = newest.flatMap(({ snapshot }) => snapshot ?? []);
  const last = (state: GroupBuild["state"]): GroupBuild | undefined =>
    newest.find(({ build }) => build?.state === state)?.build;
  const decide = (): GroupDecision => {
    if (members.length === 0) return { kind: "nothing" };
    const running = last("running");
    if (running !== undefined) return { kind: "waits", build: running.name, component: running.component };
    const failed = last("failed");
    if (failed !== undefined) return { kind: "fails", build: failed.name };
    return last("awaited") === undefined ? putTogether(world, members) : { kind: "nothing" };
  };
  const absent = newest.flatMap(({ build }) => (build?.state === "done" ? [build.name] : []));
  return { decision: decide(), members, absent };
}

function putTogether(world: GroupWorld, members: readonly GroupMember[]): GroupDecision {
  const names = members.map(({ name }) => name);
  const made = [...world.groups].find(([, held]) => names.every((name) => held.has(name)));
  if (made !== undefined) return { kind: "made", snapshot: made[0] };
  if (members.length < 2) return { kind: "tooFew" };
  const snapshot = groupSnapshotName(world.application, world.group.hash, names);
  // One that was made and is gone has been tested: the members still say so.
  const wasMade = members.every(({ said }) => said === created(world, snapshot));
  return { kind: world.exists(snapshot) || wasMade ? "made" : "due", snapshot };
}

/** One of both. */
interface Newest {
  readonly snapshot?: GroupMember;
  readonly build?: GroupBuild;
}

/** For each Component that takes part, its newest build, or that build's Snapshot where it stands for it. */
function newestOf({ components, builds, snapshots }: GroupWorld): readonly Newest[] {
  const names = new Set([...builds, ...snapshots].map(({ component }) => component));
  const present = [...names].filter((name) => components.has(name)).sort(compareText);
  return present.map((name) => {
    const snapshot = latest(snapshots.filter(({ component }) => component === name));
    const build = latest(builds.filter(({ component }) => component === name));
    if (build === undefined) return snapshot === undefined ? {} : { snapshot };
    const stands = snapshot !== undefined && compareBuilds(snapshot.order, build.order) >= 0;
    return stands ? { snapshot } : { build };
  });
}

function latest<T extends { readonly order: BuildOrder }>(all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>(
    (newest, each) => (newest === undefined || compareBuilds(each.order, newest.order) > 0 ? each : newest),
    undefined,
  );
}

/** What a member is to say of its group, in upstream's words; undefined to leave what it says. */
export function groupStatus(
  world: GroupWorld,
  { decision, members }: Omit<GroupPlan, "absent">,
  said?: string,
): string | undefined {
  const { namespace, group } = world;
  switch (decision.kind) {
    case "nothing":
      return undefined;
    case "waits":
      return wasInGroup(said)
        ? `a new build PLR ${decision.build} is running for component ${decision.component}, waiting for it to create a new group Snapshot for PR group ${group.name}`
        : `The build pipelineRun ${namespace}/${decision.build} with pr group ${group.name} is still running, won't create group snapshot`;
    case "fails":
      return `The build pipelineRun ${namespace}/${decision.build} with pr group ${group.name} failed, won't create group snapshot`;
    case "tooFew":
      return `The number ${String(members.length)} of component snapshots belonging to this pr group hash ${group.hash} is less than 2, skipping group snapshot creation`;
    case "made":
    case "due":
      return created(world, decision.snapshot);
  }
}

/** What the members say when their group Snapshot cannot be made. */
export function groupFailure({ group }: Pick<GroupWorld, "group">, error: string): string {
  return `Failed to create group snapshot for pr group ${group.name} due to error ${error}`;
}

function created({ namespace, group }: GroupWorld, snapshot: string): string {
  return `Group snapshot ${namespace}/${snapshot} is created for pr group ${group.name}`;
}

/** Whether what a Snapshot says means that it has been in a group Snapshot, and waits for the next at most. */
function wasInGroup(said: string | undefined): boolean {
  return said !== undefined && /^(Group snapshot |a new build PLR )/.test(said);
}
