/** A seeded mistake: text of a shipped module, replaced. */
export interface Mutant {
  readonly name: string;
  /** The module below src/. */
  readonly file: string;
  /** Has to be there exactly once; spaces and line ends count as one. */
  readonly find: string;
  readonly replace: string;
  /** Where to look for it, in this order. */
  readonly configurations: readonly string[];
}

const policy = "domain/promotion-policy.ts";
const planning = "domain/plan-promotion.ts";
const promoting = "controllers/promotion/reconcile.ts";
const runs = "domain/plan-test-runs.ts";

/** Mistakes that the search must find. */
export const mutants: readonly Mutant[] = [
  mutant(
    "drop the build order check",
    policy,
    "componentIsRemoved, newerBuildIsCandidate, newerIsPromoted]",
    "componentIsRemoved, newerIsPromoted]",
    ["1x3"],
  ),
  mutant(
    "promote a composite although something newer is promoted",
    policy,
    "componentIsRemoved, newerBuildIsCandidate, newerIsPromoted]",
    "componentIsRemoved, newerBuildIsCandidate]",
    ["3x1-immediate", "2x2-immediate"],
  ),
  mutant(
    "let the newest composite be promoted only by accident: compare the wrong way",
    policy,
    "madeFrom > list.ledger.revision) return undefined",
    "madeFrom < list.ledger.revision) return undefined",
    ["2x1"],
  ),
  mutant(
    "do not ask whether a Component is removed",
    policy,
    "[...ownObjections, componentIsRemoved, newer",
    "[...ownObjections, newer",
    ["2x1-removed"],
  ),
  mutant(
    "drop the compare-and-swap",
    "candidate-list/commit.ts",
    "metadata: { resourceVersion: from.resourceVersion }, data",
    "data",
    ["two-operators-between", "two-operators-late"],
  ),
  mutant(
    "compare contents without what one of them lacks",
    "domain/candidate-list.ts",
    "return a.size === b.size && differences(a, b).length === 0;",
    "return differences(a, b).length === 0;",
    ["2x1-first-images"],
  ),
  mutant(
    "do not compare contents at all",
    planning,
    "const objectionNow = supersededAfter(snapshot, adopted);",
    "const objectionNow = undefined;",
    ["2x1"],
  ),
  mutant(
    "compare before the image became candidate",
    planning,
    "const objectionNow = supersededAfter(snapshot, adopted);",
    "const objectionNow = supersededAfter(snapshot, list);",
    ["2x1"],
  ),
  mutant(
    "name composites after more than their revision",
    planning,
    "const name = compositeSnapshotName(facts.owner, list.revision);",
    'const name = compositeSnapshotName(facts.owner, list.revision) + (list.ledger.snapshot ?? "").slice(-2);',
    ["2x1", "two-operators-late"],
  ),
  mutant(
    "promote a stale composite as if it were the newest",
    planning,
    "return promote(snapshot, list, snapshot.madeFrom ?? list.revision, now)",
    "return promote(snapshot, list, list.revision, now)",
    ["3x1-immediate", "2x1-removed", "3x1"],
  ),
  mutant("make every composite at once", planning, "if (facts.coalesce && facts.inTesting) return none;", "", [
    "3x1",
    "1x2-override",
  ]),
  mutant(
    "make a composite of what is promoted already",
    planning,
    "|| sameContent(list.candidates, list.ledger.content)) return none;",
    ") return none;",
    ["2x1"],
  ),
  mutant(
    "keep the candidates of removed Components",
    planning,
    "let present = removeGone(usable, components);",
    "let present = usable;",
    ["2x1-removed"],
  ),
  mutant(
    "forget what has been committed and not told",
    planning,
    "committed: conclusions.flatMap(committed) }",
    "committed: [] }",
    ["2x1-faults", "2x1-fault"],
  ),
  mutant(
    "an override forgets the build it is measured against",
    planning,
    "const order = built?.order ?? list.candidates.get(component)?.build;",
    "const order = built?.order;",
    ["1x2-override"],
  ),
  mutant(
    "two promotions in one commit",
    planning,
    'more = step.conclusion.kind === "promoted" && conclusions.some(({ kind }) => kind === "promoted");',
    "more = false;",
    ["1x3", "2x1-override", "1x2-override", "3x1"],
  ),
  mutant(
    "tell before it is committed",
    promoting,
    "const committed = await commit(env, gathered, { from: opened, to: plan.list }, signal);",
    "await concludeAll(env, gathered, { conclusions: plan.conclusions, list: plan.list }, signal);\n  const committed = await commit(env, gathered, { from: opened, to: plan.list }, signal);",
    ["2x1"],
  ),
  mutant(
    "evaluate a Snapshot twice",
    promoting,
    "({ record }) => !record.concluded && !told.has(record.key.name)",
    "({ record }) => !told.has(record.key.name)",
    ["2x1-optional", "2x1-rerun"],
  ),
  mutant(
    "commit nothing",
    promoting,
    "const committed = await commit(env, gathered, { from: opened, to: plan.list }, signal);",
    'const committed = { kind: "committed" } as { kind: "committed" } | { kind: "blocked"; problem: string };',
    ["2x1"],
  ),
  mutant(
    "release what is superseded as well",
    "controllers/promotion/conclude.ts",
    'if (conclusion.kind === "promoted") return release(',
    'if (conclusion.kind !== "notPromoted") return release(',
    ["2x1"],
  ),
  mutant(
    "take a missing entry for passed",
    "domain/judge-snapshot.ts",
    '?.status ?? "Pending"',
    '?.status ?? "TestPassed"',
    ["1x1-override-unreduced"],
  ),
  mutant(
    "judge before every required scenario has finished",
    "domain/judge-snapshot.ts",
    "if (waitingFor.length > 0)",
    "if (waitingFor.length > required.length)",
    ["2x1"],
  ),
  mutant(
    "pass a Snapshot whose test failed",
    "domain/judge-snapshot.ts",
    "return failing.length > 0 ?",
    "return failing.length > 1 ?",
    ["2x1"],
  ),
  mutant("judge by optional scenarios as well", "controllers/verdict.ts", "({ optional }) => !optional", "() => true", [
    "2x1-optional",
  ]),
  mutant(
    "order builds by the age of their Snapshots",
    "controllers/promotion/gather.ts",
    "const order = readBuildOrder({ labels: open.labels, annotations: open.annotations, createdAt });",
    "const order = { createdAt, name: key.name };",
    ["1x3-ages"],
  ),
  mutant(
    "order builds backwards",
    "domain/build-order.ts",
    "return a.createdAt - b.createdAt;",
    "return b.createdAt - a.createdAt;",
    ["1x3"],
  ),
  mutant(
    "use an attempt's number again for a re-run",
    runs,
    "return again ? firstEntry(snapshot.name, place, { now, attempt: attempt + 1 })",
    "return again ? firstEntry(snapshot.name, place, { now, attempt })",
    ["2x1-rerun"],
  ),
  mutant(
    "forget that a re-run was asked for",
    runs,
    "const again = before !== undefined && wanted(snapshot.rerun, scenario.name);",
    "const again = false;",
    ["2x1-rerun"],
  ),
  mutant(
    "let a test run go before its outcome is written",
    "controllers/snapshot/reconcile.ts",
    "const announced = await tellRerun(",
    "await letRunsGo(env, gathered.runs, plan.recorded, signal);\n  const announced = await tellRerun(",
    ["2x1"],
  ),
  mutant(
    "let a build go before it has its Snapshot",
    "controllers/build-pipeline/act.ts",
    'case "create": return create(',
    'case "create": await link(env, gathered, { names: decision.snapshots.map(({ name }) => name) }, signal); return create(',
    ["2x1"],
  ),
  mutant(
    "name a component Snapshot after its content",
    "domain/plan-build.ts",
    "const name = componentSnapshotName(owner, key, build.uid);",
    "const name = componentSnapshotName(owner, key, [...content.values()].map(({ image }) => image).join());",
    ["2x1-late", "two-operators-late"],
  ),
  mutant(
    "a rebuilt list forgets what was promoted",
    "domain/initial-list.ts",
    "const ledger = lastPromoted(evidence) ?? start.ledger;",
    "const ledger = start.ledger;",
    ["2x1-list-deleted"],
  ),
  mutant(
    "a rebuilt list begins its revisions anew",
    "domain/initial-list.ts",
    "const revision = highest + 1;",
    "const revision = 1;",
    ["2x1-list-deleted"],
  ),
  mutant(
    "a rebuilt list forgets which builds its images are of",
    "domain/initial-list.ts",
    "...(order === undefined ? {} : { build: order }), snapshot: name,",
    "snapshot: name,",
    ["2x1-list-deleted", "2x1-list-deleted-override"],
  ),
  mutant(
    "nobody is woken when a list is mended",
    "controllers/promotion/controller.ts",
    "storeSource(caches.candidateLists, ownersOf),",
    "",
    ["2x1-list-edited"],
  ),
  mutant(
    "no Snapshot in testing is woken when a Component goes",
    "controllers/snapshot/controller.ts",
    "change.initial ? [] : ownersOfMoved(env, change).flatMap((owner) => openOf(env, owner)),",
    "(change, [] as readonly ObjectKey[]),",
    ["2x1-override-removed"],
  ),
  mutant(
    "no Snapshot of a ComponentGroup in testing is woken when a Component goes",
    "controllers/snapshot/controller.ts",
    "...(isOld ? [] : groupsNaming(caches, component.key)),",
    "...(isOld ? groupsNaming(caches, component.key) : []),",
    ["group-1x1-override-removed"],
  ),
  mutant(
    "no Snapshot in testing is woken when its scenarios change",
    "controllers/snapshot/controller.ts",
    "return owners.flatMap((owner) => openOf(env, owner));",
    "return owners.flatMap(() => []);",
    ["1x1-scenarios-changed"],
  ),
  mutant(
    "a re-run re-opens a failure only while something required runs",
    "controllers/snapshot/status.ts",
    "|| (plan.rerunPasses && hasFailed(gathered))",
    "",
    ["group-1x1-reruns-scenarioChanges"],
  ),
  mutant(
    "what waits for an optional scenario has not begun",
    "domain/test-status.ts",
    "if (parent !== undefined) waitedFor.add(parent);",
    "if (parent !== undefined && !parent.isOptionalScenario) waitedFor.add(parent);",
    ["group-1x1-ordered-rerun"],
  ),
  mutant(
    "say that tests failed by a list that may be outdated",
    "controllers/promotion/certain.ts",
    'new Set([...restsOnAbsence, "TestsFailed"])',
    "new Set([...restsOnAbsence])",
    ["1x1-faults-lags-scenarioChanges"],
  ),
  mutant(
    "promote what may have been told that its tests failed",
    "controllers/promotion/certain.ts",
    'return record.type === "override" || open.entries.some(({ status }) => isFinal(status) && !isPassing(status));',
    'return record.type === "override" && open.entries.length >= 0;',
    ["1x1-faults-lags-scenarioChanges"],
  ),
  mutant(
    "nobody is woken when a Component is taken out of its ComponentGroup",
    "controllers/promotion/controller.ts",
    "return key === undefined || isSameGroup(before, after) ? [] : groupsAround(caches, key).map(queueKey);",
    "return key === undefined || isSameGroup(before, after) ? [] : ([] as ReturnType<typeof queueKey>[]);",
    ["group-2x1-removed"],
  ),
  mutant(
    "run the scenarios of a ComponentGroup in any order",
    "domain/test-order.ts",
    'return parents.every(({ name }) => isFinal(statusOf(name))) ? { kind: "due" } : { kind: "waits" };',
    'return { kind: "due" };',
    ["group-1x1-ordered"],
  ),
  mutant(
    "a ComponentGroup never says what is candidate",
    "controllers/component-group/reconcile.ts",
    "...(mirror === group.mirrored ? {} : { globalCandidateList: mirror }),",
    "",
    ["group-2x1"],
  ),
  mutant(
    "collect what the candidate list names",
    "domain/plan-collection.ts",
    "return isReleased || isNeeded || hopesForGroup",
    "return isReleased || hopesForGroup",
    ["2x1-collected-list-deleted"],
  ),
  mutant(
    "collect a Snapshot before its build names it",
    "controllers/snapshot-gc/gather.ts",
    "needed.has(record.key.name) || isAwaited(env, record)",
    "needed.has(record.key.name)",
    ["1x2-collected-crash"],
  ),
  mutant(
    "collect what is still in testing",
    "controllers/snapshot-gc/overflow.ts",
    "return open === undefined && concluded && !deleting;",
    "return (open === undefined || !concluded) && !deleting;",
    ["1x3-collected"],
  ),
  mutant(
    "nobody is woken when a Snapshot turns up whose build was told that it has none",
    "controllers/build-pipeline/controller.ts",
    "return build?.annotations[annotations.createSnapshotStatus] === undefined ? [] : [build.key];",
    "return build?.annotations[annotations.createSnapshotStatus] === undefined ? [] : [build.key].slice(1);",
    ["1x1-faults-lags-removals"],
  ),
  mutant(
    "conclude from an outdated list that a Component is gone",
    "controllers/promotion/certain.ts",
    "return present?.metadata.resourceVersion === resourceVersion;",
    "return present !== undefined || resourceVersion === undefined;",
    ["1x1-faults-lags-removals"],
  ),
  mutant(
    "begin a list without a look at the Releases there are",
    "controllers/promotion/certain.ts",
    "if (resourceVersion === undefined && restsOnReleases && !(await knows",
    "if (resourceVersion === null && restsOnReleases && !(await knows",
    ["1x1-list-deleted-late"],
  ),
  mutant(
    "call an override invalid that may be promoted already",
    "controllers/snapshot/reconcile.ts",
    '&& verdictOf(record, open, facts).kind !== "testing";',
    "&& verdictOf(record, open, facts).kind === null;",
    ["1x1-override-removed-fault"],
  ),
  mutant(
    "run a Snapshot again before what its tests led to was told",
    "domain/rerun-due.ts",
    'return concluded || verdict.kind === "testing" ? rerun : undefined;',
    "return rerun;",
    ["two-operators-late-rerun"],
  ),
  mutant(
    "nobody is woken when a test run ends",
    "controllers/snapshot/controller.ts",
    'return run?.type === "test" && !(initial && !run.held)',
    'return run?.type === ("none" as never) && !(initial && !run.held)',
    ["2x1"],
  ),
  mutant(
    "write over what somebody else wrote",
    "kube/guarded-patch.ts",
    "return { uid, resourceVersion };",
    "return { uid } as { uid: string; resourceVersion: string };",
    ["two-operators-between", "two-operators-late-crash-2x1"],
  ),
];

/** Those that are found quickest, for the unit tests. */
export const quickMutants: readonly string[] = [
  "drop the build order check",
  "compare contents without what one of them lacks",
  "do not compare contents at all",
  "tell before it is committed",
  "pass a Snapshot whose test failed",
  "let a test run go before its outcome is written",
  "a rebuilt list forgets what was promoted",
  "nobody is woken when a list is mended",
  "run the scenarios of a ComponentGroup in any order",
  "no Snapshot of a ComponentGroup in testing is woken when a Component goes",
];

function mutant(
  ...[name, file, find, replace, where]: readonly [string, string, string, string, readonly string[]]
): Mutant {
  return { name, file, find, replace, configurations: where };
}
