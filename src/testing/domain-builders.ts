import fc from "fast-check";
import type { BuildOrder } from "../domain/build-order.ts";
import type { Candidate, CandidateList, ComponentImage, Content } from "../domain/candidate-list.ts";
import { composeComponentSnapshot } from "../domain/compose-snapshot.ts";
import { initialList, type SnapshotEvidence } from "../domain/initial-list.ts";
import { contentFingerprint } from "../domain/names.ts";
import { compositeDue, planPromotion, type PromotionPlan } from "../domain/plan-promotion.ts";
import type { SnapshotFacts } from "../domain/promotion-policy.ts";

/** Images as tests write them: `a2` is the second image of Component a, so "a2 b1" is a content of two Components. */
export function content(images: string): Content {
  return new Map(words(images).map((image): [string, ComponentImage] => [componentOf(image), { image }]));
}

/** A content as tests write it, whatever the order of its Components. */
export function imagesOf(of: Content): string {
  return [...of.values()]
    .map(({ image }) => image)
    .sort()
    .join(" ");
}

export function names(texts: string): ReadonlySet<string> {
  return new Set(words(texts));
}

/** A build that is only placed by its age. */
export function build(age: number, name = `build-${String(age)}`): BuildOrder {
  return { createdAt: age, name };
}

/** A list whose candidate `a2` comes from a build of age 2, and which promoted `promoted` at an earlier revision, or all of it. */
export function candidateList(
  images: string,
  over: { revision?: number; promoted?: string; promotedAt?: number } = {},
): CandidateList {
  const { revision = 1, promoted, promotedAt = promoted === undefined ? revision : revision - 1 } = over;
  const candidates = [...content(images)].map(([component, { image }]): [string, Candidate] => [
    component,
    { image, build: build(numberOf(image)), snapshot: `snapshot-${image}`, since: 0, revision },
  ]);
  const ledger = {
    snapshot: "snapshot-before",
    type: "component",
    content: content(promoted ?? images),
    revision: promotedAt,
    when: 0,
  };
  return { revision, candidates: new Map(candidates), ledger, committed: [] };
}

const passed = { kind: "passed", tested: true } as const;

/** The passed Snapshot of a push build: `a2` in the content it was tested with. */
export function componentSnapshot(image: string, tested: string, over: Partial<SnapshotFacts> = {}): SnapshotFacts {
  const built = { component: componentOf(image), order: build(numberOf(image)) };
  return snapshot(`snapshot-${image}`, "component", tested, { built, createdAt: numberOf(image), ...over });
}

/** The passed composite of a revision. */
export function compositeSnapshot(madeFrom: number, tested: string, over: Partial<SnapshotFacts> = {}): SnapshotFacts {
  return snapshot(`composite-${String(madeFrom)}`, "composite", tested, { madeFrom, ...over });
}

export function overrideSnapshot(tested: string, over: Partial<SnapshotFacts> = {}): SnapshotFacts {
  return snapshot("override", "override", tested, over);
}

export function snapshot(name: string, type: string, tested: string, over: Partial<SnapshotFacts> = {}): SnapshotFacts {
  return { name, type, isPush: true, content: content(tested), verdict: passed, problems: [], createdAt: 100, ...over };
}

/** What may happen to an Application. A `pick` chooses among what there is at that moment. */
export type HistoryStep =
  | { readonly kind: "build"; readonly pick: number; readonly age: number }
  | { readonly kind: "override"; readonly picks: readonly number[] }
  | { readonly kind: "testsEnd"; readonly pick: number; readonly pass: boolean }
  | { readonly kind: "remove"; readonly pick: number }
  | { readonly kind: "add" }
  | { readonly kind: "look" };

const pick = fc.nat(30);
const builds = fc.record({ kind: fc.constant("build" as const), pick, age: fc.nat(9) });
const passes = fc.record({ kind: fc.constant("testsEnd" as const), pick, pass: fc.constant(true) });
const failures = fc.record({ kind: fc.constant("testsEnd" as const), pick, pass: fc.constant(false) });
const looks = fc.constant({ kind: "look" } as const);
const additions = fc.constant({ kind: "add" } as const);
const overrides = fc.record({
  kind: fc.constant("override" as const),
  picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
});
const removals = fc.record({ kind: fc.constant("remove" as const), pick });

/** Any history; or one of builds alone, all of whose tests pass. */
export function historySteps({ onlyBuilds = false } = {}): fc.Arbitrary<HistoryStep[]> {
  const rare = onlyBuilds ? [additions] : [additions, failures, overrides, removals];
  const step = fc.oneof<fc.WeightedArbitrary<HistoryStep>[]>(
    { weight: 8, arbitrary: builds },
    { weight: 8, arbitrary: passes },
    { weight: 6, arbitrary: looks },
    ...rare.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
  return fc.array(step, { maxLength: 60, size: "max" });
}

/** One look at an Application: what was found, and what was decided. */
export interface Look {
  readonly before: CandidateList;
  readonly components: ReadonlySet<string>;
  readonly snapshots: readonly SnapshotFacts[];
  readonly plan: PromotionPlan;
}

/** An Application that lives through steps, as the operator would see it when nothing fails. */
export class History {
  readonly start: Content = content("a0 b0");
  readonly looks: Look[] = [];
  /** Every Snapshot that there ever was, as its labels, annotations and status tell it. */
  readonly evidence = new Map<string, SnapshotEvidence>();
  readonly components = new Set(["a", "b"]);
  list: CandidateList = initialList(this.start, [], 0);
  open: readonly SnapshotFacts[] = [];
  readonly #coalesce: boolean;
  #made = 0;

  constructor(coalesce: boolean) {
    this.#coalesce = coalesce;
  }

  live(steps: readonly HistoryStep[]): this {
    for (const step of steps) this.#take(step);
    return this;
  }

  /** Looks until there is nothing to decide; all tests end as told. Returns how many looks it took. */
  settle(pass: boolean): number {
    for (let looks = 1; looks < 100; looks++) {
      this.open = this.open.map((each) =>
        each.verdict.kind === "testing" ? { ...each, verdict: verdict(pass) } : each,
      );
      const plan = this.#look();
      if (plan.conclusions.length === 0 && this.open.length === 0) return looks;
    }
    throw new Error("it never becomes quiet");
  }

  #take(step: HistoryStep): void {
    switch (step.kind) {
      case "build":
        return this.#build(step.pick, step.age);
      case "override":
        return this.#override(step.picks);
      case "testsEnd":
        return this.#endTests(step.pick, step.pass);
      case "remove":
        return void this.components.delete(chosen([...this.components], step.pick) ?? "");
      case "add":
        return void this.components.add(`new${"x".repeat(++this.#made)}`);
      case "look":
        return void this.#look();
    }
  }

  #build(pick: number, age: number): void {
    const component = chosen([...this.components], pick);
    if (component === undefined) return;
    const image = this.#image(component);
    const order = build(age, `build-${String(this.#made)}`);
    const tested = composeComponentSnapshot(this.list.candidates, this.components, { component, image: { image } });
    this.#create({ ...snapshot(`snapshot-${image}`, "component", ""), content: tested, built: { component, order } });
  }

  #override(picks: readonly number[]): void {
    const all = [...this.components];
    const picked = new Set(picks.flatMap((pick) => chosen(all, pick) ?? []));
    if (picked.size === 0) return;
    const images = [...picked].map((component) => this.#image(component)).join(" ");
    this.#create(overrideSnapshot(images, { name: `override-${String(this.#made)}` }));
  }

  #endTests(pick: number, pass: boolean): void {
    const testing = this.open.filter((each) => each.verdict.kind === "testing");
    const ended = chosen(testing, pick);
    this.open = this.open.map((each) => (each === ended ? { ...each, verdict: verdict(pass) } : each));
  }

  #look(): PromotionPlan {
    const before = this.list;
    const found = { components: new Set(this.components), snapshots: this.open };
    const plan = planPromotion({ list: before, ownerKind: "Application", ...found, now: this.#made });
    this.looks.push({ before, ...found, plan });
    for (const conclusion of plan.conclusions) {
      const known = this.evidence.get(conclusion.snapshot);
      const concludedAt = conclusion.kind === "notPromoted" ? {} : { concludedAt: conclusion.revision };
      if (known !== undefined)
        this.evidence.set(known.name, { ...known, ...concludedAt, promoted: conclusion.kind === "promoted" });
    }
    const concluded = new Set(plan.conclusions.map((conclusion) => conclusion.snapshot));
    this.open = this.open.filter(({ name }) => !concluded.has(name));
    this.list = plan.list;
    this.#makeComposite();
    return plan;
  }

  #makeComposite(): void {
    const inTesting = this.open.some(({ type }) => type === "composite");
    const existing = (name: string): string | undefined => {
      const found = this.evidence.get(name);
      return found && contentFingerprint(found.content);
    };
    const due = compositeDue(this.list, {
      owner: { kind: "Application", name: "shop" },
      inTesting,
      coalesce: this.#coalesce,
      existing,
    });
    if (due.kind !== "due") return;
    const { name, content: held, revision } = due.composite;
    this.#create({ ...snapshot(name, "composite", ""), content: held, madeFrom: revision });
  }

  #create(made: SnapshotFacts): void {
    const testing = { ...made, createdAt: ++this.#made, verdict: { kind: "testing", waitingFor: ["e2e"] } } as const;
    const { name, type, content: tested, built, madeFrom, createdAt } = testing;
    const said = { ...(built === undefined ? {} : { built }), ...(madeFrom === undefined ? {} : { madeFrom }) };
    this.open = [...this.open, testing];
    this.evidence.set(name, { name, type, content: tested, ...said, promoted: false, released: false, createdAt });
  }

  #image(component: string): string {
    return `${component}${String(++this.#made)}`;
  }
}

function verdict(pass: boolean): SnapshotFacts["verdict"] {
  return pass ? passed : { kind: "failed", failing: [] };
}

function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length];
}

function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}

function componentOf(image: string): string {
  return image.replace(/\d+$/, "");
}

function numberOf(image: string): number {
  return Number(/\d+$/.exec(image)?.[0] ?? 0);
}
