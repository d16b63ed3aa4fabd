import { createOperator, type OperatorOptions } from "../../../src/operator.ts";
import { KubeError } from "../../../src/kube/errors.ts";
import { LeadershipLost } from "../../../src/runtime/leader-election.ts";
import type { Clock } from "../../../src/runtime/clock.ts";
import type { LogFields, Logger } from "../../../src/runtime/logger.ts";
import type { Transport } from "../../../src/kube/transport.ts";
import { createChance } from "./chance.ts";
import { createProcessClock } from "./process-clock.ts";
import { createProcessTransport, type CallEnding } from "./process-transport.ts";

/** One process of the operator: the real one, in a box that can be thrown away. */
export interface OperatorProcess {
  readonly identity: string;
  /** Resolves when the process has ended by itself or was stopped; never when it was killed. */
  readonly ended: Promise<void>;
  isRunning(): boolean;
  /** As when the machine is switched off. */
  kill(): void;
  /** As SIGTERM does. */
  stop(): void;
  /** What is still there of a process that has ended in good order. */
  leftovers(): readonly string[];
}

export interface ProcessOptions {
  readonly identity: string;
  readonly seed: number;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly election: boolean;
  readonly testRunLimits?: OperatorOptions["testRunLimits"];
  readonly snapshotBudgets?: OperatorOptions["snapshotBudgets"];
  readonly onCall: (ending: CallEnding) => void;
  /** Told of log lines that only a flaw of the operator can lead to. */
  readonly onFlaw: (flaw: string) => void;
}

/** Starts a process. */
export function startProcess(options: ProcessOptions): OperatorProcess {
  const { identity, seed, concurrency, onFlaw } = options;
  const clock = createProcessClock(options.clock);
  const transport = createProcessTransport(options.transport, options.onCall);
  const stopping = new AbortController();
  const listeners = countListeners(stopping.signal);
  let state: "running" | "ended" | "exited" | "killed" = "running";
  const operator = createOperator({
    transport,
    clock,
    random: createChance(seed, identity).random,
    logger: createSuspiciousLogger((flaw) => (state === "killed" ? undefined : onFlaw(`${identity}: ${flaw}`))),
    concurrency,
    requireSignature: false,
    runnerServiceAccount: "runner",
    testRunLimits: options.testRunLimits ?? {},
    timeouts: {},
    ...(options.snapshotBudgets === undefined ? {} : { snapshotBudgets: options.snapshotBudgets }),
    metricsAddress: "0",
    probesAddress: "0",
    // With few objects in a page, what there is comes as a stream.
    pageSize: createChance(seed, "pages").pick([1, 3, 100]),
    processMetrics: false,
    ...(options.election ? { election: { ...electionTimes, namespace: "kube-system", identity } } : {}),
  });
  const ended = operator.run(stopping.signal).then(
    () => void (state = "ended"),
    (error: unknown) => {
      state = "exited";
      if (!(error instanceof LeadershipLost)) onFlaw(`${identity} ended with ${describe(error)}`);
      // The program exits here: what it has not finished is cut off.
      clock.freeze();
      transport.cut();
    },
  );
  return {
    identity,
    ended,
    isRunning: () => state === "running",
    kill: () => {
      state = "killed";
      clock.freeze();
      transport.cut();
    },
    stop: () => stopping.abort(new Error("SIGTERM")),
    leftovers: () =>
      state === "killed" || state === "exited"
        ? []
        : [
            ...transport.open().map((name) => `${identity} still has open: ${name}`),
            ...(clock.pending() === 0 ? [] : [`${identity} left ${clock.pending()} timer(s)`]),
            ...(listeners() === 0 ? [] : [`${identity} left ${listeners()} listener(s) on the signal it was given`]),
          ],
  };
}

const electionTimes = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };

function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...given: Parameters<typeof add>) => (listeners.add(given[1]), add(...given)),
    removeEventListener: (...given: Parameters<typeof remove>) => (listeners.delete(given[1]), remove(...given)),
  });
  signal.addEventListener("abort", () => listeners.clear(), { once: true });
  listeners.clear();
  return () => (signal.aborted ? 0 : listeners.size);
}

/** Whatever is thrown and is not the API server's answer is a bug; so is an object that cannot be read. */
export function createSuspiciousLogger(onFlaw: (flaw: string) => void): Logger {
  const error = (fields: LogFields, message: string): void => {
    const { err } = fields;
    if (err instanceof KubeError || err instanceof LeadershipLost || isAbort(err) || err === undefined) return;
    onFlaw(`${message}: ${describe(err)}`);
  };
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => {
      const { err } = fields;
      // Where the API server does not answer, a stop takes as long as it may, and says so.
      const isOutside =
        err instanceof KubeError || (err instanceof Error && err.message.startsWith("not stopped within"));
      if (message === "did not stop cleanly" && !isOutside)
        onFlaw(`${message}: ${JSON.stringify(fields["part"])} ${describe(fields["err"])}`);
    },
    error,
    child: () => logger,
  };
  return logger;
}

/** A limit of time that passed, or the end of the process. */
function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "TimeLimitPassed" || error.message === "SIGTERM" || error.message.startsWith("not finished within"))
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
