/** A metav1.Condition, as it is on the wire. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** What a controller wants to be true of a condition; when it became so is found out by merging. */
export type ConditionUpdate = Omit<Condition, "lastTransitionTime">;

/** The API's own limit on a condition's message. */
const messageMaxLength = 32_768;

/**
 * Puts updates into a list of conditions, one of each type. Order is kept, new types go last, types not named stay as
 * they are, and lastTransitionTime moves only when status does. Returns the very same array when nothing changed, so
 * that the caller can skip the write.
 */
export function mergeConditions(
  existing: readonly Condition[],
  updates: readonly ConditionUpdate[],
  nowIso: string,
): readonly Condition[] {
  const merged = [...existing];
  let changed = false;
  for (const update of updates) {
    const at = merged.findIndex((condition) => condition.type === update.type);
    const before = merged[at];
    const after = mergeOne(before, update, wholeSeconds(nowIso));
    if (before !== undefined && same(before, after)) continue;
    changed = true;
    if (at === -1) merged.push(after);
    else merged[at] = after;
  }
  return changed ? merged : existing;
}

/** The condition of a type, if there is one. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

function mergeOne(before: Condition | undefined, update: ConditionUpdate, now: string): Condition {
  const lastTransitionTime = before?.status === update.status ? before.lastTransitionTime : now;
  return { ...before, ...update, message: truncate(update.message), lastTransitionTime };
}

function same(a: Condition, b: Condition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration
  );
}

function truncate(message: string): string {
  if (message.length <= messageMaxLength) return message;
  // Half a surrogate pair would not survive the journey through UTF-8.
  return message.slice(0, messageMaxLength).replace(/[\uD800-\uDBFF]$/, "");
}

function wholeSeconds(iso: string): string {
  return iso.replace(/\.\d+(?=Z$)/, "");
}
