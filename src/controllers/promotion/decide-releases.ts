import { resources } from "../../api/group.ts";
import { annotations, labels, snapshotTypes } from "../../api/labels.ts";
import type { Snapshot } from "../../api/snapshot.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { conditionsOf } from "../../cache/snapshot.ts";
import { evaluateAutoRelease } from "../../cel/auto-release.ts";
import { readComponentKey } from "../../domain/component-key.ts";
import { planReleases, type ReleaseDecision } from "../../domain/plan-releases.ts";
import { present } from "../../domain/present.ts";
import { mergeConditions, type ConditionUpdate } from "../../kube/conditions.ts";
import { KubeError } from "../../kube/errors.ts";
import type { Environment } from "../environment.ts";
import type { Concerned } from "./gather.ts";

/** A Snapshot at the moment at which it is released. */
export interface ReleaseMoment {
  /** Milliseconds since the epoch. Whoever comes back after a crash takes the same, and decides the same. */
  readonly when: number;
  /** What its conditions are about to say: they are written when the Releases exist. */
  readonly updates: readonly ConditionUpdate[];
}

/** Decides through which ReleasePlans a Snapshot is released. The API server is asked for it only when an expression asks. */
export async function decideReleases(
  env: Environment,
  { record, open }: Concerned,
  moment: ReleaseMoment,
  signal: AbortSignal,
): Promise<ReleaseDecision> {
  const plans = env.caches.releasePlans.byIndex("byOwner", ownerIndex(record.owner)).map(({ facts }) => facts);
  const wishes = present({
    autoReleaseLabel: open.labels[labels.autoRelease],
    shouldRelease: open.annotations[annotations.shouldRelease],
  });
  const asks = plans.some(({ expression = "" }) => expression !== "") && wishes.autoReleaseLabel !== "false";
  const facts = {
    snapshot: asks ? await readSnapshot(env, { record, open }, moment, signal) : {},
    now: moment.when,
    updatedComponents: updatedComponentsOf({ record, open }),
    shouldRelease: wishes.shouldRelease !== "false",
  };
  return planReleases(plans, wishes, (expression) => evaluateAutoRelease(expression, facts));
}

/** The whole Snapshot as it will be when it has been told. */
async function readSnapshot(
  { client }: Environment,
  { record }: Pick<Concerned, "record" | "open">,
  { when, updates }: ReleaseMoment,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const raw = await client.get<Snapshot>(resources.snapshot, record.key, signal);
  if (raw?.metadata.uid !== record.uid)
    throw new KubeError({
      kind: "Conflict",
      status: 0,
      reason: "StaleCache",
      message: `Snapshot ${record.key.name} is gone`,
      serverDidNotAct: true,
    });
  const conditions = mergeConditions(conditionsOf(raw), updates, new Date(when).toISOString());
  return { ...raw, status: { ...raw.status, conditions } };
}

/** What is new in a Snapshot: the image that was built, all that a composite carries on, or what a person put together. */
function updatedComponentsOf({ record, open }: Pick<Concerned, "record" | "open">): ReadonlySet<string> {
  const { type, component } = record;
  const carried = open.annotations[annotations.updatedComponents];
  if (type === snapshotTypes.composite && carried !== undefined) return new Set(carried.split(","));
  if (type === snapshotTypes.component && component !== undefined) return new Set([readComponentKey(component).name]);
  return new Set((open.spec.components ?? []).map(({ name }) => name));
}
