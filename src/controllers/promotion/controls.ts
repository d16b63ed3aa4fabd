import { messages } from "../../api/messages.ts";
import type { Controls } from "../../cache/controls.ts";
import { ownerField, ownerIndex, ownerResource, type OwnerRecord } from "../../cache/owner.ts";
import type { Owner } from "../../domain/owner.ts";
import { tell, type Environment } from "../environment.ts";

/** Tells, in Events and in the log, when an Application or a ComponentGroup is paused or goes on, and what its annotations
 * say that means nothing: once for each change. What was told is only in memory, so that a new leader tells it again. */
export interface ControlsTold {
  tell(env: Environment, owner: Owner, record: OwnerRecord | undefined): void;
}

type Said = Pick<Controls, "paused" | "misunderstood">;

const nothing: Said = { paused: false, misunderstood: [] };

/** Nothing has been told yet. */
export function createControlsTold(): ControlsTold {
  const told = new Map<string, Said>();
  return {
    tell: (env, owner, record) => {
      const id = ownerIndex(owner);
      const before = told.get(id) ?? nothing;
      if (record === undefined || (!record.paused && record.misunderstood.length === 0)) told.delete(id);
      else told.set(id, record);
      if (record !== undefined) tellChanges(env, owner, { record, before });
    },
  };
}

interface Change {
  readonly record: OwnerRecord;
  readonly before: Said;
}

function tellChanges(env: Environment, owner: Owner, { record, before }: Change): void {
  const { paused, misunderstood } = record;
  const about = { resource: ownerResource(owner), ...record };
  for (const message of misunderstood.filter((each) => !before.misunderstood.includes(each))) {
    tell(env.events, { about, type: "Warning", reason: "AnnotationNotUnderstood", message });
  }
  if (paused === before.paused) return;
  const { kind, namespace, name } = owner;
  const message = paused ? messages.paused(kind, name) : `${kind} ${name} goes on: what was held up is done now`;
  tell(env.events, { about, type: "Normal", reason: paused ? "Paused" : "Resumed", message });
  env.logger.info({ namespace, ...ownerField(owner) }, paused ? "paused" : "not paused any more");
}
