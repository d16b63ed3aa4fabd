import { createChance } from "./chance.ts";
import { startProcess, type OperatorProcess } from "./process.ts";
import type { Stage } from "./stage.ts";
import { later } from "./stage.ts";
import type { CallEnding } from "./process-transport.ts";

/** The operator's processes: as many as there should be, started again when they end. */
export interface Crew {
  readonly started: () => number;
  /** From now on nothing happens to processes any more. */
  calm(): void;
  /** As SIGTERM to all; processes that end are not replaced. */
  retire(): void;
  /** Starts the members anew. */
  replace(): void;
  readonly processes: readonly OperatorProcess[];
}

const restartMs = [100, 15_000] as const;

/** Starts the crew, and what will happen to it. */
export function startCrew(stage: Stage, onFlaw: (flaw: string) => void): Crew {
  const { settings, server, clock } = stage;
  const { crew } = settings;
  const chance = createChance(settings.seed, "crew");
  const processes: OperatorProcess[] = [];
  const members: (OperatorProcess | undefined)[] = [];
  const state = { calm: false, retired: false, writes: 0 };

  const onCall =
    (identity: string) =>
    (ending: CallEnding): void => {
      stage.remark(`${identity}: ${ending.request.method} ${ending.request.path.split("?")[0]} → ${ending.ending}`);
    };
  const start = (member: number): void => {
    if (state.retired || members[member] !== undefined) return;
    const identity = `operator-${processes.length + 1}`;
    const process = startProcess({
      identity,
      seed: settings.seed,
      transport: server.transport({ name: identity }),
      clock,
      concurrency: settings.concurrency,
      election: crew.election,
      ...(settings.snapshotBudgets === undefined ? {} : { snapshotBudgets: settings.snapshotBudgets }),
      onCall: onCall(identity),
      onFlaw,
    });
    stage.remark(`${identity} starts`);
    processes.push(process);
    members[member] = process;
    void process.ended.then(() => {
      stage.remark(`${identity} has ended`);
      // What was aborted needs a moment to notice.
      later(stage, 1, () => process.leftovers().forEach(onFlaw));
      gone(member, process);
    });
  };
  const gone = (member: number, process: OperatorProcess): void => {
    if (members[member] !== process) return;
    members[member] = undefined;
    later(stage, chance.between(...restartMs), () => start(member));
  };
  const kill = (member: number): void => {
    const process = members[member];
    if (state.calm || process === undefined) return;
    stage.remark(`${process.identity} dies`);
    process.kill();
    gone(member, process);
  };
  const partition = (member: number, forMs: number): void => {
    const identity = members[member]?.identity;
    if (identity === undefined) return;
    const whole = chance.happens(0.5);
    stage.remark(`${identity} cannot reach ${whole ? "the API server" : "the lease"}`);
    const until = stage.now() + forMs;
    server.faults.onRequest((request) => {
      const concerned = request.identity === identity && stage.now() < until && (whole || request.plural === "leases");
      return concerned ? { kind: "hangBefore" } : undefined;
    });
  };
  server.onWrite(({ identity, plural }) => {
    if (!identity.startsWith("operator") || plural === "leases" || state.calm) return;
    state.writes += 1;
    if (crew.killAtWrites.includes(state.writes)) kill(members.findIndex((member) => member?.identity === identity));
  });
  for (const { atMs, kind, member, forMs } of crew.disturbances) {
    later(stage, atMs, () => {
      if (state.calm) return;
      if (kind === "kill") kill(member);
      if (kind === "stop") members[member]?.stop();
      if (kind === "partition") partition(member, forMs);
    });
  }
  const startAll = (): void => {
    for (let member = 0; member < crew.members; member++) start(member);
  };
  startAll();
  return {
    started: () => processes.length,
    processes,
    calm: () => void (state.calm = true),
    retire: () => {
      state.retired = true;
      for (const process of members) process?.stop();
    },
    replace: () => {
      state.retired = false;
      members.length = 0;
      startAll();
    },
  };
}
