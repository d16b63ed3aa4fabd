import {
  addedToCandidateListReasons,
  autoReleasedReasons,
  conditionTypes,
  integrationStatusReasons,
  promotedReasons,
  testSucceededReasons,
} from "../../api/conditions.ts";
import { snapshotTypes } from "../../api/labels.ts";
import { messages } from "../../api/messages.ts";
import type { SnapshotVerdict } from "../../domain/judge-snapshot.ts";
import type { Conclusion } from "../../domain/plan-promotion.ts";
import { present } from "../../domain/present.ts";
import { candidateSince, promotedAt } from "../../domain/told-place.ts";
import type { ConditionUpdate } from "../../kube/conditions.ts";
import type { Released } from "./release.ts";

interface Told {
  readonly conclusion: Conclusion;
  readonly released?: Released;
  /** The Snapshot that carries a superseded one on, once it exists. */
  readonly composite?: string;
}

/** Everything that a conclusion makes true of a Snapshot. */
export function conditionsOf(
  told: Told & { readonly type: string; readonly verdict: SnapshotVerdict },
): readonly ConditionUpdate[] {
  return [
    integrationStatus(told.conclusion, told.verdict),
    ...testSucceeded(told.verdict),
    ...addedToCandidateList(told),
    promotedCondition(told),
    ...autoReleased(told.released),
  ];
}

/** Whether a Snapshot was promoted, and why not. */
export function promotedCondition({ conclusion, composite, released }: Told): ConditionUpdate {
  const type = conditionTypes.promoted;
  if (conclusion.kind !== "promoted") {
    const { reason, message } = conclusion.objection;
    return {
      type,
      status: "False",
      reason,
      message:
        conclusion.kind === "superseded"
          ? candidateSince(message, { revision: conclusion.revision, ...present({ composite }) })
          : message,
    };
  }
  const told = promotedAt(conclusion.revision);
  if (released?.kind === "waiting")
    return {
      type,
      status: "Unknown",
      reason: promotedReasons.releasesPending,
      message: `${told}. ${released.message}`,
    };
  return {
    type,
    status: "True",
    reason: promotedReasons.promoted,
    message: told,
  };
}

/** What is said of the tests alone. */
export function testSucceeded(verdict: SnapshotVerdict): readonly ConditionUpdate[] {
  const type = conditionTypes.testSucceeded;
  switch (verdict.kind) {
    case "testing":
      return [];
    case "failed":
      return [{ type, status: "False", reason: testSucceededReasons.failed, message: messages.testsFailed }];
    case "passed":
      return [
        {
          type,
          status: "True",
          reason: testSucceededReasons.passed,
          message: verdict.tested ? messages.testsPassed : messages.testsSkipped,
        },
      ];
  }
}

/** That testing is over. */
export function finished(verdict: SnapshotVerdict): ConditionUpdate {
  const untested = verdict.kind === "passed" && !verdict.tested;
  return {
    type: conditionTypes.integrationStatus,
    status: "True",
    reason: integrationStatusReasons.finished,
    message: untested ? messages.noTestsRequired : messages.testsFinished,
  };
}

/** Objections after which the Snapshot's content is no longer what the Application is about to be. */
const invalidating: ReadonlySet<string> = new Set([
  promotedReasons.supersededByComposite,
  promotedReasons.newerBuildIsCandidate,
  promotedReasons.alreadyPromoted,
  promotedReasons.overrideInvalid,
  promotedReasons.imageInvalid,
  promotedReasons.newerPromoted,
  promotedReasons.componentRemoved,
]);

/** That a Snapshot with such a reason is out of the running. */
export function invalidates(reason: string): boolean {
  return invalidating.has(reason);
}

function integrationStatus(conclusion: Conclusion, verdict: SnapshotVerdict): ConditionUpdate {
  if (conclusion.kind === "promoted" || !invalidates(conclusion.objection.reason)) return finished(verdict);
  const { reason, message } = conclusion.objection;
  const text = reason === promotedReasons.supersededByComposite ? messages.supersededByComposite : message;
  return {
    type: conditionTypes.integrationStatus,
    status: "False",
    reason: integrationStatusReasons.invalid,
    message: text,
  };
}

/** A composite holds what is candidate already. */
function addedToCandidateList({ conclusion, type }: Told & { readonly type: string }): readonly ConditionUpdate[] {
  if (conclusion.kind === "notPromoted" || type === snapshotTypes.composite) return [];
  return [
    {
      type: conditionTypes.addedToCandidateList,
      status: "True",
      reason: addedToCandidateListReasons.added,
      message: messages.addedToCandidateList,
    },
  ];
}

function autoReleased(released: Released | undefined): readonly ConditionUpdate[] {
  const type = conditionTypes.autoReleased;
  switch (released?.kind) {
    case undefined:
    case "waiting":
      return [];
    case "released":
      return [{ type, status: "True", reason: autoReleasedReasons.autoReleased, message: messages.autoReleased }];
    case "skipped":
      return [{ type, status: "True", reason: autoReleasedReasons.autoReleased, message: released.message }];
    case "refused":
      return [{ type, status: "False", reason: released.reason, message: released.message }];
  }
}
