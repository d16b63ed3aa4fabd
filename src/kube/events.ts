import type { KubeClient } from "./client.ts";
import { isNotFound } from "./errors.ts";
import { formatTime } from "./micro-time.ts";
import type { KubeObject, Resource } from "./object.ts";
import { may, type Right } from "./rights.ts";

/** Which object an event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One thing worth telling about an object. Without values that always differ in the message, repeats are counted. */
export interface EventToRecord {
  readonly subject: EventSubject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Tells people what happened, in `kubectl describe` and `kubectl get events`. Recording never waits and never fails. */
export interface EventRecorder {
  record(event: EventToRecord): void;
  /** Resolves when everything recorded so far is written or given up. */
  flush(signal: AbortSignal): Promise<void>;
}

export interface EventRecorderOptions {
  readonly client: Pick<KubeClient, "create" | "patch">;
  /** The name that `kubectl describe` shows under From. */
  readonly component: string;
  readonly now: () => number;
  readonly random: () => number;
  /** Called for each event that was not written: too many waiting, or the API server said no. */
  readonly onLost: (error: unknown) => void;
  readonly waitingMax?: number;
}

const eventResource: Resource = { group: "", version: "v1", plural: "events", kind: "Event", namespaced: true };

/** What recording asks of the API server. */
export const rights: readonly Right[] = [may(["create", "patch"], eventResource)];

const rememberedMax = 2000;
const messageMaxLength = 1024;
/** After this many different messages for one subject and reason, the rest are counted under one. */
const distinctMessagesMax = 10;

/** An event as written, and what has happened to it since. */
interface Remembered {
  readonly event: EventToRecord;
  readonly firstAtMs: number;
  lastAtMs: number;
  count: number;
  /** Name of the Event object once it exists. */
  writtenAs: string | undefined;
}

/** core/v1 Events with firstTimestamp, lastTimestamp and count: the one form that every kubectl shows in full. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const remembered = new Map<string, Remembered>();
  const messages = new Map<string, Set<string>>();
  const waiting = new Set<Remembered>();
  const giveUp = new AbortController();
  let writing: Promise<void> | undefined;
  const writeAll = async (): Promise<void> => {
    for (const next of waiting) {
      waiting.delete(next);
      await write(options, next, giveUp.signal).catch(options.onLost);
    }
    writing = undefined;
  };
  return {
    record: (event) => {
      const aggregated = aggregate(messages, event);
      const known = remember(remembered, aggregated, options.now());
      if (!waiting.has(known) && waiting.size >= (options.waitingMax ?? 1000)) {
        options.onLost(new Error("too many events are waiting to be written"));
        return;
      }
      waiting.add(known);
      writing ??= Promise.resolve().then(writeAll);
    },
    flush: async (signal) => {
      const abort = (): void => giveUp.abort(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
      await writing;
      signal.removeEventListener("abort", abort);
    },
  };
}

function aggregate(messages: Map<string, Set<string>>, event: EventToRecord): EventToRecord {
  const message = event.message.slice(0, messageMaxLength);
  const seen = touch(messages, identity(event), () => new Set<string>());
  if (seen.has(message)) return { ...event, message };
  if (seen.size >= distinctMessagesMax) return { ...event, message: "(combined from similar events)" };
  seen.add(message);
  return { ...event, message };
}

function remember(remembered: Map<string, Remembered>, event: EventToRecord, now: number): Remembered {
  const key = `${identity(event)}|${event.message}`;
  const known = touch(remembered, key, () => ({
    event,
    firstAtMs: now,
    lastAtMs: now,
    count: 0,
    writtenAs: undefined,
  }));
  known.count += 1;
  known.lastAtMs = now;
  return known;
}

function identity({ subject, type, reason }: EventToRecord): string {
  return `${subject.uid}|${subject.namespace}/${subject.name}|${type}|${reason}`;
}

/** Reads or makes an entry and moves it to the young end; the oldest one leaves when there are too many. */
function touch<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > rememberedMax) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  return value;
}

async function write(options: EventRecorderOptions, known: Remembered, signal: AbortSignal): Promise<void> {
  if (known.writtenAs !== undefined && (await countUp(options.client, known, signal))) return;
  const name = `${known.event.subject.name.slice(0, 200)}.${eventSuffix(options)}`;
  await options.client.create(eventResource, eventObject(options.component, name, known), signal);
  known.writtenAs = name;
}

async function countUp(client: Pick<KubeClient, "patch">, known: Remembered, signal: AbortSignal): Promise<boolean> {
  const key = { namespace: namespaceOf(known.event.subject), name: known.writtenAs ?? "" };
  try {
    const body = { count: known.count, lastTimestamp: formatTime(known.lastAtMs) };
    await client.patch(eventResource, key, { type: "merge", body }, signal);
    return true;
  } catch (error) {
    // Events live for an hour or so; a repeat after that begins a new one.
    if (isNotFound(error)) return false;
    throw error;
  }
}

function eventObject(component: string, name: string, known: Remembered): KubeObject & Record<string, unknown> {
  const { subject, type, reason, message } = known.event;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: namespaceOf(subject) },
    involvedObject: { ...subject },
    reason,
    message,
    type,
    count: known.count,
    firstTimestamp: formatTime(known.firstAtMs),
    lastTimestamp: formatTime(known.lastAtMs),
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  };
}

/** Events about cluster-scoped objects live in the default namespace. */
function namespaceOf(subject: EventSubject): string {
  return subject.namespace === "" ? "default" : subject.namespace;
}

function eventSuffix({ now, random }: EventRecorderOptions): string {
  return (
    now().toString(16) +
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0")
  );
}
