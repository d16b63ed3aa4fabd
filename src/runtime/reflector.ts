import type { Selection } from "../kube/calls.ts";
import { classifyCause } from "../kube/errors.ts";
import { listIntoStore } from "./list-into-store.ts";
import { StoragePutBack, verifyVersion } from "./put-back.ts";
import { backOffMs, nextStep, type Step } from "./reflector-steps.ts";
import type { ReflectorOptions, ReflectorState, Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";
import { watchIntoStore } from "./watch-into-store.ts";

/**
 * Keeps a store equal to what the API server has of one kind. Its loop never ends but by the signal, or when what the API
 * server has is not what came after what we know:
 *
 *   list ──► watch ──► (its time is over) ─────────────► watch from the last version
 *    ▲                 (hung up, reset, silent, error) ──► wait ──► verify ──► watch from the last version
 *    │                 (410, unreadable, no progress) ───► wait ──┐
 *    └────────────────────────────────────────────────────────────┘
 */
export interface Reflector {
  readonly name: string;
  /** Resolves after the first complete list, or when an optional kind is found not to be served. Never rejects. */
  readonly synced: Promise<void>;
  /** Rejects with a StoragePutBack, and with nothing else. */
  run(signal: AbortSignal): Promise<void>;
  state(): ReflectorState;
  /** How long ago the API server last said something about this kind. */
  lastEventAgeMs(): number;
}

/** A reflector, not yet running. */
export function createReflector<T extends CachedObject>(options: ReflectorOptions<T>): Reflector {
  const { clock, metrics, name } = options;
  const namespaces = options.namespaces?.length ? options.namespaces : [""];
  const contacts = new Map(namespaces.map((namespace) => [namespace, clock.monotonic()]));
  const states = new Map<string, ReflectorState>();
  const synced = Promise.withResolvers<void>();
  const waiting = new Set(namespaces);
  const lastEventAgeMs = (): number => clock.monotonic() - Math.min(...contacts.values());
  metrics.declare(name, lastEventAgeMs);
  const skipped = reportSkipped(options);
  const enter = (namespace: string, state: ReflectorState): void => {
    reportState(options, namespace, { before: states.get(namespace), after: state });
    states.set(namespace, state);
    if (state.kind === "watching" || (state.kind === "notServed" && options.optional)) waiting.delete(namespace);
    if (waiting.size === 0) synced.resolve();
  };
  return {
    name,
    synced: synced.promise,
    lastEventAgeMs,
    state: () => worst([...states.values()]),
    run: async (signal) => {
      for (const namespace of namespaces) contacts.set(namespace, clock.monotonic());
      const streams = namespaces.map((namespace): Stream<T> => ({
        options,
        selection: selectionOf(options, namespace),
        touch: () => contacts.set(namespace, clock.monotonic()),
        skipped,
        enter: (state: ReflectorState) => enter(namespace, state),
        initial: true,
        streamable: true,
        next: "relist",
        resourceVersion: undefined,
        failures: 0,
      }));
      await Promise.all(streams.map((stream) => runStream(stream, signal)));
    },
  };
}

async function runStream<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<void> {
  const { clock, random } = stream.options;
  while (!signal.aborted) {
    const step = await advance(stream, signal);
    stream.next = step.kind;
    if (!step.backOff || signal.aborted) continue;
    // A sleep only fails by the signal, which the loop looks at next.
    await clock.sleep(backOffMs(stream.failures, step.atLeastMs, random), signal).catch(() => {});
  }
}

/** What has to come before a watch, the watch, and what to do after it. */
async function advance<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<Step> {
  const { name, metrics } = stream.options;
  try {
    if (stream.next === "verify") await verifyVersion(stream, signal);
    if (stream.next === "relist") {
      stream.resourceVersion = await listIntoStore(stream, signal);
      stream.enter({ kind: "watching" });
    }
    const ending = await watchIntoStore(stream, signal);
    stream.failures = ending.progressed ? 0 : stream.failures + 1;
    const step = nextStep(ending, stream.failures);
    if (!signal.aborted) metrics.watchRestarted(name, step.reason);
    return step;
  } catch (cause) {
    if (cause instanceof StoragePutBack) throw cause;
    return stream.next === "relist" ? afterListFailure(stream, cause, signal) : afterVerifyFailure(stream, cause);
  }
}

/** As when the watch itself had failed. */
function afterVerifyFailure<T extends CachedObject>(stream: Stream<T>, cause: unknown): Step {
  stream.failures += 1;
  const error = classifyCause(`verify ${stream.options.name}`, cause);
  return nextStep({ kind: "failed", error, progressed: false }, stream.failures);
}

function afterListFailure<T extends CachedObject>(stream: Stream<T>, cause: unknown, signal: AbortSignal): Step {
  const error = classifyCause(`list ${stream.options.name}`, cause);
  stream.failures += 1;
  if (!signal.aborted) {
    // Not to be served is an answer too.
    if (error.kind === "NotFound") stream.touch();
    stream.enter(error.kind === "NotFound" ? { kind: "notServed" } : { kind: "failing", error });
  }
  return { kind: "relist", backOff: true, reason: error.kind, atLeastMs: error.retryAfterMs ?? 0 };
}

function selectionOf<T extends CachedObject>(options: ReflectorOptions<T>, namespace: string): Selection {
  const { labelSelector, fieldSelector } = options;
  return {
    namespace,
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

function reportSkipped<T extends CachedObject>({ logger, metrics, name }: ReflectorOptions<T>): Stream<T>["skipped"] {
  let reported = false;
  return (err, object) => {
    metrics.objectSkipped(name);
    if (!reported)
      logger.error(
        { reflector: name, object, err },
        "an object cannot be projected and is skipped; later ones are only counted",
      );
    reported = true;
  };
}

/** Only a change of state is worth a line. */
function reportState<T extends CachedObject>(
  { logger, name, optional }: ReflectorOptions<T>,
  namespace: string,
  { before, after }: { before: ReflectorState | undefined; after: ReflectorState },
): void {
  if (before?.kind === after.kind) return;
  const fields = { reflector: name, ...(namespace === "" ? {} : { namespace }) };
  switch (after.kind) {
    case "starting":
      return;
    case "watching":
      return logger.info(fields, "watching");
    case "notServed":
      return optional
        ? logger.info(fields, "the kind is not served; waiting for it")
        : logger.warn(fields, "the kind is not served");
    case "failing":
      return logger.warn({ ...fields, err: after.error }, "cannot list or watch; trying again");
  }
}

function worst(states: readonly ReflectorState[]): ReflectorState {
  const order = ["failing", "notServed", "starting", "watching"];
  return states.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0] ?? { kind: "starting" };
}
