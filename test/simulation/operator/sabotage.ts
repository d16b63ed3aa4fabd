import { registerHooks } from "node:module";

/** One wrong line in the operator. */
interface Sabotage {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The invariants of which at least one must be found broken. */
  readonly breaks: RegExp;
}

/** Operators that are wrong in one place: the simulation must notice each. */
export const sabotages = {
  /** Whoever writes last wins. */
  overwritesBlindly: {
    file: "src/kube/guarded-patch.ts",
    find: "return { uid, resourceVersion };",
    replace: "return { uid };",
    breaks: /^outcomes stay/,
  },
  /** An older build that finishes late takes the place of a newer one. */
  forgetsBuildOrder: {
    file: "src/domain/promotion-policy.ts",
    find: "if (order > 0) return undefined;",
    replace: "if (order !== 0) return undefined;",
    breaks: /^I3/,
  },
  /** A late composite is promoted over a newer promotion. */
  promotesOldComposites: {
    file: "src/domain/promotion-policy.ts",
    find: "madeFrom > list.ledger.revision",
    replace: "madeFrom > 0",
    breaks: /^I3/,
  },
  /** Runs get other names each time. */
  namesRunsByChance: {
    file: "src/domain/names.ts",
    find: "identity(snapshot, scenario, String(attempt))",
    replace: "identity(snapshot, scenario, String(attempt), String(Math.random()))",
    breaks: /^I4 once/,
  },
  /** A run may be pruned before its outcome is written. */
  letsRunsGoEarly: {
    file: "src/controllers/snapshot/reconcile.ts",
    find: "const plan = affordable(gathered, planTestRuns(factsOf(gathered, now)), turn, now);",
    replace:
      "const plan = affordable(gathered, planTestRuns(factsOf(gathered, now)), turn, now);\n  await letRunsGo(env, gathered.runs, plan.recorded, signal);",
    breaks: /^written before let go/,
  },
  /** A Snapshot passes as soon as one required scenario has. */
  judgesEarly: {
    file: "src/domain/judge-snapshot.ts",
    find: "if (waitingFor.length > 0)",
    replace: "if (waitingFor.length === required.length)",
    breaks: /^(I1|I2|I5)/,
  },
  /** Of the ComponentGroups that a build is for, one gets its image. */
  buildsForOneGroup: {
    file: "src/cache/membership.ts",
    find: "return groupsNaming(caches, component.key).filter(",
    replace: "return groupsNaming(caches, component.key).slice(0, 1).filter(",
    breaks: /^(I2 no lost build|I4: build)/,
  },
  /** What a ComponentGroup's status says of its candidates is never written. */
  mirrorsNothing: {
    file: "src/controllers/component-group/reconcile.ts",
    find: "...(mirror === group.mirrored ? {} : { globalCandidateList: mirror }),",
    replace: "",
    breaks: /^status/,
  },
  /** Tests begin whatever they should run after. */
  testsInNoOrder: {
    file: "src/domain/test-order.ts",
    find: 'return parents.every(({ name }) => isFinal(statusOf(name))) ? { kind: "due" } : { kind: "waits" };',
    replace: 'return { kind: "due" };',
    breaks: /^order of tests/,
  },
  /** Promotion goes on although somebody paused it. */
  ignoresPauses: {
    file: "src/controllers/promotion/reconcile.ts",
    find: "if (gathered.record.paused) {",
    replace: "if (gathered.record.paused && Number.isNaN(0)) {",
    breaks: /^paused/,
  },
  /** What the candidate list names is deleted as history. */
  collectsWhatIsNamed: {
    file: "src/domain/plan-collection.ts",
    find: "return isReleased || isNeeded || hopesForGroup",
    replace: "return isReleased || hopesForGroup",
    breaks: /^kept while needed/,
  },
  /** More than the budget is kept. */
  collectsNothing: {
    file: "src/controllers/snapshot-gc/reconcile.ts",
    find: "if (going.length === 0) return",
    replace: "if (going.length >= 0) return",
    breaks: /^budget/,
  },
} as const satisfies Readonly<Record<string, Sabotage>>;

export type SabotageName = keyof typeof sabotages;

/** Makes the line wrong in every module that is loaded from now on. */
export function applySabotage(name: SabotageName): void {
  const { file, find, replace } = sabotages[name];
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/${file}`)) return loaded;
      const { source: given = "" } = loaded;
      const source = typeof given === "string" ? given : new TextDecoder().decode(given ?? undefined);
      if (!source.includes(find)) throw new Error(`${file} has no such line any more: ${find}`);
      return { ...loaded, source: source.replace(find, () => replace) };
    },
  });
}
