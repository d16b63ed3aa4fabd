import { loggedOwner } from "../log-fields.ts";
import type { CandidateList, Committed } from "../../domain/candidate-list.ts";
import {
  compositeDue,
  planPromotion,
  planWithoutList,
  type CompositeDue,
  type Conclusion,
} from "../../domain/plan-promotion.ts";
import { superseded, supersededAfter } from "../../domain/promotion-policy.ts";
import type { Owner } from "../../domain/owner.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { KubeError } from "../../kube/errors.ts";
import { resources } from "../../api/group.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { commit, createComposite } from "./act.ts";
import { isCertain, knowsList } from "./certain.ts";
import { conclude, type Announced } from "./conclude.ts";
import { gather, type Concerned, type GatheredOwner } from "./gather.ts";
import { nameComposites, tellBlocked, tellPaused, tellRetested } from "./status.ts";

type Opened = Extract<GatheredOwner["opened"], { readonly kind: "list" }>;

/** An Application or a ComponentGroup: what is candidate, what is promoted, is a composite due, do the Releases exist? */
export async function reconcile(env: Environment, owner: Owner, signal: AbortSignal): Promise<Outcome> {
  const gathered = await gather(env, owner, signal);
  if (gathered === undefined) return { kind: "settled" };
  await tellRetested(env, gathered, signal);
  if (gathered.record.paused) {
    await tellPaused(env, gathered, signal);
    return { kind: "settled" };
  }
  if (gathered.opened.kind === "unreadable")
    return blocked(
      env,
      gathered,
      `ConfigMap ${gathered.opened.configMap.name} is unreadable: ${gathered.opened.problem}. Mend it, or delete it and it is rebuilt from the Snapshots`,
      signal,
    );
  return promote(env, gathered, gathered.opened, signal);
}

/** What was committed is finished before anything new is: then everything there is to decide goes in one commit. */
async function promote(
  env: Environment,
  gathered: GatheredOwner,
  opened: Opened,
  signal: AbortSignal,
): Promise<Outcome> {
  const unfinished = await finish(env, gathered, opened.list, signal);
  if (unfinished.outcome !== undefined) {
    await makeComposite(env, gathered, { list: opened.list, concluded: unfinished.told }, signal);
    const conclusions = planWithoutList(factsOf(gathered, unfinished.told));
    const { list } = opened;
    if (await knowsList(env, gathered.owner, { opened, plan: { list, conclusions } }, signal))
      await concludeAll(env, gathered, { conclusions, list }, signal);
    return unfinished.outcome;
  }
  const plan = planPromotion({
    list: opened.list,
    ownerKind: gathered.owner.kind,
    components: gathered.components,
    snapshots: factsOf(gathered, unfinished.told),
    now: env.clock.now(),
    revisionTaken: due(env, gathered, { list: opened.list, concluded: unfinished.told }).kind === "taken",
  });
  const { owner } = gathered;
  env.logger.debug(
    { namespace: owner.namespace, ...loggedOwner(owner), revision: plan.list.revision, conclusions: plan.conclusions },
    "looked at what is promoted",
  );
  if (!(await isCertain(env, gathered, { opened, plan }, signal))) return lookAgainSoon;
  const committed = await commit(env, gathered, { from: opened, to: plan.list }, signal);
  if (committed.kind === "blocked") {
    await blocked(env, gathered, committed.problem, signal);
    // What is in the way carries no label of ours, so that nothing tells us when it goes.
    return { kind: "lookAgain", afterMs: blockedRetryMs };
  }
  const concluded = new Set(plan.conclusions.map(({ snapshot }) => snapshot));
  const made = await makeComposite(env, gathered, { list: plan.list, concluded }, signal);
  const outcome = await concludeAll(env, gathered, { conclusions: plan.conclusions, list: plan.list }, signal);
  await nameComposites(env, gathered, plan.list, signal);
  if (outcome !== undefined) return outcome;
  return plan.more || made === "taken" ? { kind: "lookAgain", afterMs: 0 } : { kind: "settled" };
}

const blockedRetryMs = 15_000;

/** How long a cache may be behind before it is looked at again. */
const lookAgainSoon: Outcome = { kind: "lookAgain", afterMs: 1000 };

/** Tells the Snapshots of the last commit their verdicts, unless they know. */
async function finish(
  env: Environment,
  gathered: GatheredOwner,
  list: CandidateList,
  signal: AbortSignal,
): Promise<{ readonly told: ReadonlySet<string>; readonly outcome?: Outcome }> {
  for (const { snapshot } of list.committed)
    await assertSeen(env, { namespace: gathered.owner.namespace, name: snapshot }, signal);
  const open = list.committed.filter(({ snapshot }) => gathered.snapshots.get(snapshot)?.record.concluded === false);
  const outcome = await concludeAll(
    env,
    gathered,
    { conclusions: open.map((each) => asConclusion(gathered, each, list)), list },
    signal,
  );
  return { told: new Set(open.map(({ snapshot }) => snapshot)), ...(outcome === undefined ? {} : { outcome }) };
}

/** A Snapshot that the list knows and the cache does not is gone, unless the cache is behind: then nothing can be decided yet. */
async function assertSeen({ caches, client }: Environment, key: ObjectKey, signal: AbortSignal): Promise<void> {
  if (caches.snapshots.get(key) !== undefined || (await client.get(resources.snapshot, key, signal)) === undefined)
    return;
  throw new KubeError({
    kind: "Conflict",
    status: 0,
    reason: "StaleCache",
    message: `the cache does not know Snapshot ${key.name} yet`,
    serverDidNotAct: true,
  });
}

function asConclusion(
  { snapshots }: GatheredOwner,
  { snapshot, verdict, revision }: Committed,
  list: CandidateList,
): Conclusion {
  if (verdict === "promoted") return { kind: "promoted", snapshot, revision };
  const facts = snapshots.get(snapshot)?.facts;
  const objection = (facts && supersededAfter(facts, list)) ?? superseded(list);
  return { kind: "superseded", snapshot, revision, objection };
}

interface Now {
  readonly list: CandidateList;
  /** Snapshots whose conclusion is decided, though the cache may not show it yet. */
  readonly concluded: ReadonlySet<string>;
}

async function makeComposite(
  env: Environment,
  gathered: GatheredOwner,
  now: Now,
  signal: AbortSignal,
): Promise<CompositeDue["kind"]> {
  const answer = due(env, gathered, now);
  if (answer.kind === "due") {
    await createComposite(env, gathered, { due: answer.composite, list: now.list }, signal);
  }
  return answer.kind;
}

function due(
  env: Environment,
  { owner, record: { coalesce }, snapshots }: GatheredOwner,
  { list, concluded }: Now,
): CompositeDue {
  const inTesting = [...snapshots.values()].some(
    ({ record, facts }) => facts.madeFrom !== undefined && !record.concluded && !concluded.has(record.key.name),
  );
  const existing = (snapshot: string): string | undefined => {
    const found = env.caches.snapshots.get({ namespace: owner.namespace, name: snapshot });
    return found && (found.fingerprint ?? "");
  };
  return compositeDue(list, { owner, inTesting, coalesce, existing });
}

/** Tells each its conclusion; returns when to look again if one of them could not be finished. */
async function concludeAll(
  env: Environment,
  gathered: GatheredOwner,
  { conclusions, list }: { readonly conclusions: readonly Conclusion[]; readonly list: CandidateList },
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const announced: Announced[] = [];
  for (const conclusion of conclusions) announced.push(await conclude(env, gathered, { conclusion, list }, signal));
  const waits = announced.flatMap((each) => (each.kind === "waiting" ? [each.afterMs] : []));
  return waits.length === 0 ? undefined : { kind: "lookAgain", afterMs: Math.min(...waits) };
}

/** Somebody has to mend the candidate list. What does not need it is told all the same, and what does is told why it waits. */
async function blocked(
  env: Environment,
  gathered: GatheredOwner,
  problem: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const conclusions = planWithoutList(factsOf(gathered, new Set()));
  for (const conclusion of conclusions) await conclude(env, gathered, { conclusion }, signal);
  await tellBlocked(
    env,
    gathered,
    { problem, concluded: new Set(conclusions.map(({ snapshot }) => snapshot)) },
    signal,
  );
  return { kind: "stuck", reason: problem };
}

function factsOf({ snapshots }: GatheredOwner, told: ReadonlySet<string>): readonly Concerned["facts"][] {
  return [...snapshots.values()]
    .filter(({ record }) => !record.concluded && !told.has(record.key.name))
    .map(({ facts }) => facts);
}
