import { afterEach } from "vitest";
import { createClient } from "../kube/client.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import { createUndiciTransport } from "../kube/undici-transport.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { createMetrics } from "../runtime/metrics.ts";
import { createReflector } from "../runtime/reflector.ts";
import type { ReflectorOptions } from "../runtime/reflector-stream.ts";
import { type CachedObject, createStore } from "../runtime/store.ts";
import { answerJson, type FakeApiServer, type Handler, openWatch, startFakeApiServer } from "./fake-api-server.ts";
import { createRecordingLogger } from "./recording-logger.ts";

/** What is kept of a made-up object. */
export interface Thing extends CachedObject {
  readonly size: number;
}

const things: Resource = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
/** An object as the server has it. */
export const thing = (name: string, version: number, over: object = {}): KubeObject & object => ({
  metadata: { namespace: "ns", name, uid: `${name}-uid`, resourceVersion: String(version) },
  ...over,
});
/** A line of a watch. */
export const event = (type: string, object: object): object => ({ type, object });
/** A whole list, at its version. */
export const list = (version: number, ...items: object[]): object => ({
  metadata: { resourceVersion: String(version) },
  items,
});
/** The same, with more to come. */
export const firstPage = (version: number, ...items: object[]): object => ({
  metadata: { resourceVersion: String(version), continue: "more" },
  items,
});
/** The line that tells that all there was has been sent. */
export const allSent = (version: number): object =>
  event("BOOKMARK", {
    metadata: { resourceVersion: String(version), annotations: { "k8s.io/initial-events-end": "true" } },
  });
/** A line of a watch that only tells how far it is. */
export const bookmark = (version: number): object =>
  event("BOOKMARK", { metadata: { resourceVersion: String(version) } });

/** Real time, except that waiting takes a twentieth: the shortest back-off becomes 5 ms. */
const hastyClock: Clock = { ...systemClock, sleep: (delayMs, signal) => systemClock.sleep(delayMs / 20, signal) };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** What the server does. */
export interface Script {
  /** One answer to each list; the last one for ever. */
  readonly lists: Handler[];
  /** What each watch does; after the last one, watches stay silent. */
  readonly watches: Handler[];
  /** The answer when it is asked whether it was put back; by default it was not. */
  readonly verify?: Handler;
}

const isVerifying = (url = ""): boolean => new URLSearchParams(url.split("?")[1]).get("limit") === "1";
/** Further on than anything in these tests. */
export const agrees: Handler = (_request, response) => answerJson(response, list(1_000));

/** A reflector of a server that follows a script; both end with the test. */
export async function reflect(script: Script, over: Partial<ReflectorOptions<Thing>> = {}) {
  const server: FakeApiServer = await startFakeApiServer((request, response, body) => {
    const isWatch = request.url?.includes("watch=1") ?? false;
    const silent: Handler = (_request, silentResponse) => void openWatch(silentResponse);
    if (isVerifying(request.url)) return (script.verify ?? agrees)(request, response, body);
    const steps = isWatch ? script.watches : script.lists;
    const step = (steps.length > 1 || isWatch ? steps.shift() : steps[0]) ?? silent;
    step(request, response, body);
  });
  const transport = createUndiciTransport(server.connection, { timing: systemClock, userAgent: "tester" });
  const client = createClient(transport, {
    timing: hastyClock,
    random: Math.random,
    fieldManager: "tester",
    attemptsMax: 1,
  });
  const metrics = createMetrics();
  const store = createStore<Thing>({ onHandlerError: () => metrics.reflector.handlerFailed("things") });
  const logger = createRecordingLogger();
  const reflector = createReflector<Thing>({
    name: "things",
    resource: things,
    client,
    store,
    project: (raw) => ({
      key: { namespace: "ns", name: raw.metadata.name },
      uid: raw.metadata.uid!,
      resourceVersion: raw.metadata.resourceVersion!,
      size: 1,
    }),
    clock: hastyClock,
    random: Math.random,
    logger,
    metrics: metrics.reflector,
    ...over,
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  ends.push(async () => {
    stop.abort(new Error("the test is over"));
    await running.catch(() => {});
    await transport.close();
    await server.close();
  });
  const metric = async (line: string): Promise<number> => {
    const found = (await metrics.registry.metrics()).split("\n").find((candidate) => candidate.startsWith(`${line} `));
    return Number(found?.split(" ").at(-1) ?? 0);
  };
  const contents = (): string =>
    store
      .all()
      .map((t) => `${t.key.name}@${t.resourceVersion}`)
      .toSorted()
      .join(" ");
  /** Path and query of each watch so far. */
  const watched = (): URLSearchParams[] =>
    server.asked.filter((line) => line.includes("watch=1")).map((line) => new URLSearchParams(line.split("?")[1]));
  const lists = (): number => server.asked.filter((line) => !line.includes("watch=1") && !isVerifying(line)).length;
  return { server, store, reflector, metric, contents, watched, lists, logger, stop, running };
}

/** The name of the metric that counts watches that ended so. */
export const restarts = (reason: string): string => `reflector_watch_restarts_total{name="things",reason="${reason}"}`;
