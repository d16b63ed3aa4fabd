import type { Random } from "../../../src/runtime/clock.ts";
import type { Fault, FaultRates, WatchFaults } from "./fault.ts";
import { between } from "./seeded-random.ts";

/** What a fault is decided on. */
export interface FaultableRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly group: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
  readonly userAgent: string;
  readonly identity: string;
}

/** Decides about one request; undefined leaves it to the next in line. */
export type FaultHook = (request: FaultableRequest) => Fault | undefined;

/** One fault that was injected. */
export interface InjectedFault {
  readonly request: FaultableRequest;
  readonly fault: Fault;
}

/** The knobs by which a test makes the server unreliable. */
export interface FaultControl {
  /** Sets how likely faults are from now on. */
  readonly setRates: (rates: FaultRates) => void;
  /** Limits the rates to requests that this holds for. */
  readonly limitTo: (applies: (request: FaultableRequest) => boolean) => void;
  /** Adds a script that is asked before the rates; returns what removes it. */
  readonly onRequest: (hook: FaultHook) => () => void;
  /** From now on nothing goes wrong any more, scripts included. */
  readonly stop: () => void;
  /** What went wrong so far. */
  readonly injected: readonly InjectedFault[];
}

/** Makes fault control from a source of chance; the same seed and the same requests give the same faults. */
export function createFaults(random: Random): FaultControl & { decide(request: FaultableRequest): Fault | undefined } {
  const hooks = new Set<FaultHook>();
  const injected: InjectedFault[] = [];
  let rates: FaultRates = {};
  let applies: (request: FaultableRequest) => boolean = () => true;
  const fromRates = (request: FaultableRequest): Fault | undefined => {
    if (!applies(request)) return undefined;
    return request.verb === "watch" ? watchFault(rates, random) : callFault(rates, random, request);
  };
  const decide = (request: FaultableRequest): Fault | undefined => {
    let fault: Fault | undefined;
    for (const hook of hooks) fault ??= hook(request);
    fault ??= fromRates(request);
    if (fault !== undefined && fault.kind !== "delay") injected.push({ request, fault });
    return fault;
  };
  return {
    decide,
    injected,
    setRates: (next) => void (rates = next),
    limitTo: (condition) => void (applies = condition),
    onRequest: (hook) => {
      hooks.add(hook);
      return () => void hooks.delete(hook);
    },
    stop: () => {
      hooks.clear();
      rates = {};
    },
  };
}

const modifying = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const defaultRetryAfterSeconds = 1;

function callFault(rates: FaultRates, random: Random, request: FaultableRequest): Fault | undefined {
  const chances: readonly (readonly [rate: number | undefined, fault: () => Fault])[] = [
    [["update", "patch"].includes(request.verb) ? rates.conflict : 0, () => ({ kind: "status", code: 409 })],
    [rates.tooManyRequests, () => ({ kind: "status", code: 429, retryAfterSeconds: defaultRetryAfterSeconds })],
    [rates.tooManyRequestsWithoutRetryAfter, () => ({ kind: "status", code: 429 })],
    [rates.serverError, () => ({ kind: "status", code: 500 })],
    [rates.resetBefore, () => ({ kind: "resetBefore" })],
    [modifying.has(request.verb) ? rates.resetAfter : 0, () => ({ kind: "resetAfter" })],
    [rates.hangBefore, () => ({ kind: "hangBefore" })],
    [rates.hangAfter, () => ({ kind: "hangAfter" })],
    [rates.truncated, () => ({ kind: "truncated" })],
    [
      request.verb === "list" && request.query.get("resourceVersion") === "0" ? rates.staleList : 0,
      () => ({ kind: "staleList", revisionsBehind: between(random, rates.staleListRevisions ?? [1, 20]) }),
    ],
  ];
  for (const [rate = 0, fault] of chances) if (rate > 0 && random() < rate) return fault();
  return rates.latencyMs === undefined ? undefined : { kind: "delay", ms: between(random, rates.latencyMs) };
}

function watchFault(rates: FaultRates, random: Random): Fault | undefined {
  if (happens(rates.resetBefore, random)) return { kind: "resetBefore" };
  if (happens(rates.tooManyRequests, random))
    return { kind: "status", code: 429, retryAfterSeconds: defaultRetryAfterSeconds };
  if (happens(rates.serverError, random)) return { kind: "status", code: 500 };
  const afterMs = (): number => between(random, rates.watchFaultAfterMs ?? [0, 60_000]);
  const faults: WatchFaults = {
    ...(rates.watchDelayMs === undefined ? {} : { delayMs: delayRange(rates.watchDelayMs, random) }),
    ...(happens(rates.watchReset, random) ? { resetAfterMs: afterMs() } : {}),
    ...(happens(rates.watchExpired, random) ? { expireAfterMs: afterMs(), gapBeforeExpiryMs: afterMs() } : {}),
    ...(happens(rates.watchSilent, random) ? { silentAfterMs: afterMs() } : {}),
    ...(happens(rates.watchGarbled, random) ? { garbleEvent: between(random, [1, 20]) } : {}),
  };
  return Object.keys(faults).length === 0 ? undefined : { kind: "watch", ...faults };
}

function happens(rate: number | undefined, random: Random): boolean {
  return rate !== undefined && rate > 0 && random() < rate;
}

function delayRange([least, most]: readonly [number, number], random: Random): readonly [number, number] {
  return [least, between(random, [least, most])];
}
