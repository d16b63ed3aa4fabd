import { createHash } from "node:crypto";
import type { CommittedWrite } from "../apiserver/write-log.ts";
import { startCrew, type Crew } from "./crew.ts";
import { watchCreations } from "./invariants/once.ts";
import { watchLedgers, type Histories } from "./invariants/ledger.ts";
import { problemsAtQuiet } from "./invariants/quiet.ts";
import { uncollected, watchCollections } from "./invariants/collection.ts";
import { watchTestOrder } from "./invariants/component-groups.ts";
import { notAsBefore, rebuildable } from "./invariants/rebuilt.ts";
import { watchPace } from "./invariants/pace.ts";
import { watchPauses } from "./invariants/pause.ts";
import { watchTelling } from "./invariants/telling.ts";
import { deleteList, startPeople } from "./people.ts";
import { settingsOf } from "./settings.ts";
import { createStage, later, type Stage } from "./stage.ts";
import { createStory, type Story } from "./story.ts";
import { startTekton } from "./tekton.ts";
import { workloadWithGroups } from "./workload-of-groups.ts";

export interface SimulateOptions {
  readonly story?: boolean;
  readonly hash?: boolean;
}

/** What came of one seed. */
export interface Report {
  readonly seed: number;
  /** What broke, as text; nothing when all is well. */
  readonly failures: readonly string[];
  readonly story: readonly string[];
  readonly builds: number;
  /** ComponentGroups beside the Applications. */
  readonly groups: number;
  /** Snapshots that the operator deleted as history. */
  readonly collected: number;
  readonly writes: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly processes: number;
  readonly promotions: number;
  readonly virtualMs: number;
  /** Quiet came only with a resync. */
  readonly late: boolean;
  readonly hash: string;
}

/** Plays one seed from the first build to the end of the last process. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Report> {
  const settings = settingsOf(seed);
  const workload = workloadWithGroups(seed, settings.busyMs);
  let story: Story | undefined;
  const flaws: string[] = [];
  const stage = createStage(settings, workload, {
    remark: (text) => story?.remark(text),
    broken: (how) => flaws.push(how),
  });
  story = createStory(stage.now, options.story === true);
  const { histories } = watch(stage, story);
  const { server } = stage;
  server.faults.limitTo(({ identity }) => identity.startsWith("operator"));
  server.faults.setRates(settings.rates);
  startTekton(stage);
  startPeople(stage);
  const crew = startCrew(stage, (flaw) => flaws.push(flaw));
  breakThings(stage);
  await stage.clock.runUntil(() => isBroken(stage), settings.busyMs);
  const watched = { crew, histories, flaws };
  const isRight = (): boolean => flaws.length === 0 && !isBroken(stage);
  const late = !isBroken(stage) && (await becomeQuiet(stage, watched));
  if (isRight()) await forgetsHistory(stage, flaws);
  if (isRight() && (seed % 3 === 0 || settings.snapshotBudgets !== undefined)) {
    await listsComeBack(stage, watched);
    if (isRight()) await forgetsHistory(stage, flaws);
  }
  if (isRight()) await writesNothingMore(stage, crew, flaws);
  await end(stage, crew, flaws);
  const failures = [...server.failures.map(textOf), ...flaws];
  return {
    seed,
    failures,
    story: story.lines,
    builds: workload.builds.length,
    groups: workload.owners.filter(({ kind }) => kind === "ComponentGroup").length,
    collected: server.writes.filter((write) => isOperators(write) && isCollection(write)).length,
    writes: server.writes.filter(isOperators).length,
    faults: countFaults(stage),
    processes: crew.started(),
    promotions: [...histories.values()].reduce((sum, { promotions }) => sum + promotions.length, 0),
    virtualMs: stage.now(),
    late,
    hash: options.hash === true ? hashOf(server.writes) : "",
  };
}

/** Whether an invariant has been seen broken: what comes after that shows nothing more, and need not end. */
function isBroken({ server }: Stage): boolean {
  return server.failures.length > 0;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isOperators({ identity, plural }: Pick<CommittedWrite, "identity" | "plural">): boolean {
  return identity.startsWith("operator") && plural !== "leases";
}

function isCollection({ plural, after }: CommittedWrite): boolean {
  return plural === "snapshots" && after === undefined;
}

/** Every invariant looks at every write. */
function watch(stage: Stage, story: Story): { readonly histories: Histories } {
  const { server, truth, workload, settings } = stage;
  const rivals = settings.crew.members > 1 && !settings.crew.election;
  const { owners } = workload;
  const ledgers = watchLedgers(
    server,
    truth,
    owners.map(({ id }) => id),
  );
  server.onWrite(story.write);
  server.onWrite((write) => truth.learn({ ...write, at: stage.now() }));
  server.onWrite((write) => ledgers.onWrite({ ...write, at: stage.now() }));
  server.onWrite(watchCreations(truth, ledgers.histories, { rivals }));
  const telling = watchTelling(server, truth, { histories: ledgers.histories, owners, rivals });
  server.onWrite((write) => telling({ ...write, at: stage.now() }));
  server.onWrite(watchPace(stage));
  server.onWrite(watchPauses(stage));
  server.onWrite(watchTestOrder(server, truth, owners));
  server.onWrite(watchCollections(stage, ledgers.histories));
  return ledgers;
}

/** What befalls the API server itself. */
function breakThings(stage: Stage): void {
  const { server, settings, clock } = stage;
  const every = (ms: number, act: () => void): void => {
    if (ms === 0) return;
    const again = (): void => {
      if (stage.now() >= settings.busyMs) return;
      act();
      clock.after(ms, again);
    };
    clock.after(ms, again);
  };
  every(settings.compactEveryMs, () => server.compact());
  every(settings.breakWatchesEveryMs, () => server.breakWatches());
  later(stage, settings.busyMs - 1, () => undefined);
}

interface Watched {
  readonly crew: Crew;
  readonly histories: Histories;
  readonly flaws: string[];
}

const calmMs = 30_000;
/** Longer than a silent watch lasts. */
const roughMs = 200_000;
/** Longer than two resyncs and the longest back-off in between. */
const quietLimitMs = 45 * 60_000;

/** Nothing goes wrong any more: everything must come to rest, and then be right. Returns whether it took a resync. */
async function becomeQuiet(stage: Stage, { crew, histories, flaws }: Watched): Promise<boolean> {
  const { clock, server, settings } = stage;
  crew.calm();
  server.faults.stop();
  stage.remark("from now on nothing goes wrong any more");
  const restMs = settings.level === "calm" ? calmMs : roughMs;
  let lastAt = stage.now();
  const unsubscribe = server.onWrite(({ plural }) => {
    if (plural !== "leases") lastAt = stage.now();
  });
  const isQuiet = (): boolean => stage.outstanding.size === 0 && stage.now() - lastAt >= restMs;
  const since = stage.now();
  let problems: readonly string[] = [];
  let late = false;
  for (;;) {
    const result = await clock.runUntil(() => isBroken(stage) || isQuiet(), quietLimitMs - (stage.now() - since));
    problems = result === "reached" ? problemsAtQuiet(stage, histories) : ["I6: it does not come to rest"];
    if (problems.length === 0 || result !== "reached" || isBroken(stage)) break;
    stage.remark(`not right yet: ${problems.join("; ")}`);
    late = true;
    if (stage.now() - since > quietLimitMs / 2) break;
    await clock.advance(60_000);
  }
  unsubscribe();
  flaws.push(...problems);
  return late;
}

const resyncMs = 11 * 60_000;

/** Where little history is kept, the next look at everything leaves no more than that. */
async function forgetsHistory(stage: Stage, flaws: string[]): Promise<void> {
  if (stage.settings.snapshotBudgets === undefined) return;
  stage.remark("everything is looked at again");
  await stage.clock.advance(resyncMs);
  flaws.push(...uncollected(stage));
}

/** What candidate lists can be made from again is there: somebody deletes them all, and they come back as they were. */
async function listsComeBack(stage: Stage, watched: Watched): Promise<void> {
  const before = rebuildable(stage, watched.histories);
  stage.remark("somebody deletes all candidate lists");
  for (const id of before.keys()) deleteList(stage, id);
  await becomeQuiet(stage, watched);
  watched.flaws.push(...notAsBefore(stage, before));
}

/** I6: whoever looks again, or comes back, finds nothing to write. */
async function writesNothingMore(stage: Stage, crew: Crew, flaws: string[]): Promise<void> {
  const { clock, server, settings } = stage;
  const watching = (why: string): (() => void) =>
    server.onWrite((write) => {
      if (isOperators(write)) flaws.push(`I6: ${why} writes ${write.verb} ${write.plural}/${write.name}`);
    });
  if (settings.seed % 4 === 0) {
    const unsubscribe = watching("a resync");
    await clock.advance(resyncMs);
    unsubscribe();
  }
  await end(stage, crew, flaws);
  stage.remark("all processes are replaced");
  const unsubscribe = watching("a restart");
  crew.replace();
  await clock.advance(40_000);
  unsubscribe();
}

/** After the end nothing is left. */
async function end({ clock, remark }: Stage, crew: Crew, flaws: string[]): Promise<void> {
  remark("the processes are asked to stop");
  crew.retire();
  const isOver = (): boolean => crew.processes.every((process) => !process.isRunning());
  if ((await clock.runUntil(isOver, 60_000)) !== "reached") flaws.push("a process does not stop");
  await clock.settle();
  for (const process of crew.processes) flaws.push(...process.leftovers());
}

function countFaults({ server }: Stage): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { fault } of server.faults.injected) {
    for (const name of namesOf(fault)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function namesOf(fault: { readonly kind: string }): readonly string[] {
  if (fault.kind === "status") return [`status ${String((fault as unknown as { code: number }).code)}`];
  if (fault.kind !== "watch") return [fault.kind];
  const given: Readonly<Record<string, string>> = {
    delayMs: "watch delay",
    resetAfterMs: "watch reset",
    expireAfterMs: "watch 410 after a gap",
    silentAfterMs: "watch silent",
    garbleEvent: "watch garbled",
  };
  return Object.keys(fault).flatMap((field) => given[field] ?? []);
}

function hashOf(writes: readonly CommittedWrite[]): string {
  const hash = createHash("sha256");
  for (const { at, identity, verb, plural, name, after } of writes)
    hash.update(JSON.stringify([at, identity, verb, plural, name, after]));
  return hash.digest("hex");
}
