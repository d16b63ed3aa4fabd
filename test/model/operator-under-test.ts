import type { Caches } from "../../src/cache/caches.ts";
import { buildPipelineController } from "../../src/controllers/build-pipeline/controller.ts";
import { componentGroupController } from "../../src/controllers/component-group/controller.ts";
import { componentController } from "../../src/controllers/component/controller.ts";
import type { ControllerDefinition, Environment } from "../../src/controllers/environment.ts";
import { promotionController } from "../../src/controllers/promotion/controller.ts";
import { pullRequestGroupController } from "../../src/controllers/pull-request-group/controller.ts";
import { scenarioController } from "../../src/controllers/scenario/controller.ts";
import { snapshotGcController } from "../../src/controllers/snapshot-gc/controller.ts";
import { createTestLine } from "../../src/controllers/snapshot/test-line.ts";
import { snapshotController } from "../../src/controllers/snapshot/controller.ts";
import {
  createCachedClient,
  defineCachedKind,
  keyOf,
  takeIn,
  type WriteThrough,
} from "../../src/runtime/cached-client.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import type { Outcome } from "../../src/runtime/controller.ts";
import type { Logger } from "../../src/runtime/logger.ts";
import type { CachedObject, Change, Store } from "../../src/runtime/store.ts";
import { clientTo, Gate } from "./gate.ts";
import { kindNames, kinds, objectOf, type Kind } from "./kinds.ts";
import { namespace, nowMs, type Objects, type WatchEvent } from "./world.ts";

export const controllerNames = [
  "build-pipeline",
  "snapshot",
  "promotion",
  "pull-request-group",
  "scenario",
  "component",
  "component-group",
  "snapshot-gc",
] as const;
export type ControllerName = (typeof controllerNames)[number];

/** What one operator knows: for each kind the objects as it saw them last, and who it knows to be gone. */
export interface Knowledge {
  readonly objects: Readonly<Record<Kind, Objects>>;
  readonly departed: readonly WatchEvent[];
}

/** How a reconcile ended. */
export type Ending = Outcome | { readonly kind: "threw"; readonly error: unknown } | { readonly kind: "stopped" };

/** The shipped controllers over shipped stores, for as long as one transition takes. */
export class OperatorUnderTest {
  /** What has been asked for since it was made, as `controller/name`. */
  readonly woken = new Set<string>();
  readonly #stores = new Map<Kind, Store<CachedObject>>();
  readonly #handlers = new Map<Kind, Set<(change: Change<CachedObject>) => void>>();
  readonly #known: Knowledge;
  readonly #controllers: Readonly<Record<ControllerName, ControllerDefinition>>;
  #gate = new Gate(() => undefined);

  /** `fresh`: it has just listed everything, so that all its controllers are asked for all there is. */
  constructor(known: Knowledge, fresh = false) {
    this.#known = known;
    const env: Environment = {
      caches: this.#caches(() => fresh),
      client: createCachedClient(
        clientTo(() => this.#gate),
        kindNames.map((kind) => this.#writeThrough(kind)),
      ),
      events: { record: () => {}, flush: () => Promise.resolve() },
      clock: stillClock,
      logger: silent,
      metrics: unmeasured,
    };
    this.#controllers = {
      "build-pipeline": buildPipelineController(env, { requireSignature: false }),
      snapshot: snapshotController(env, {
        serviceAccount: "tester",
        timeouts: {},
        line: createTestLine({}, env.caches.pipelineRuns, () => env.clock.now()),
      }),
      promotion: promotionController(env),
      "pull-request-group": pullRequestGroupController(env),
      scenario: scenarioController(env),
      component: componentController(env),
      "component-group": componentGroupController(env),
      "snapshot-gc": snapshotGcController(env, nothingIsKept),
    };
    // History is collected at any moment (see transitions.ts), and not when there is too much of it.
    for (const name of controllerNames.filter((each) => each !== "snapshot-gc"))
      for (const source of this.#controllers[name].sources)
        source.start((key) => this.woken.add(`${name}/${key.name}`));
  }

  /** A watch tells something, twice: the second time must make no difference. */
  see({ kind, type, object }: WatchEvent): void {
    const store = this.#store(kind);
    const { uid = "", resourceVersion } = object.metadata;
    for (let time = 1; time <= 2; time++) {
      if (type === "there") takeIn(store, kinds[kind].project, object);
      else store.remove(keyOf(object), uid, resourceVersion);
    }
  }

  /** Runs one reconcile until it ends, or its gate stops it. */
  async reconcile(controller: ControllerName, name: string, gate: Gate): Promise<Ending> {
    this.#gate = gate;
    const running = this.#begin(controller, name).catch((error: unknown) => ({ kind: "threw", error }) as const);
    const ending = await Promise.race([running, gate.stopped]);
    return ending === "stopped" ? { kind: "stopped" } : ending;
  }

  async #begin(controller: ControllerName, name: string): Promise<Outcome> {
    return this.#controllers[controller].reconcile({ namespace, name }, never);
  }

  /** What it knows by now of a kind. */
  known(kind: Kind): Objects {
    const store = this.#stores.get(kind);
    if (store === undefined) return this.#known.objects[kind];
    return new Map(store.all().map((record) => [record.key.name, objectOf(record)]));
  }

  /** Stores are made when they are first looked into: most reconciles look into few. */
  #store(kind: Kind): Store<CachedObject> {
    const present = this.#stores.get(kind);
    if (present !== undefined) return present;
    const store = kinds[kind].createStore();
    for (const { kind: of, object } of this.#known.departed)
      if (of === kind) store.remove(keyOf(object), object.metadata.uid ?? "", object.metadata.resourceVersion);
    for (const object of this.#known.objects[kind].values()) takeIn(store, kinds[kind].project, object);
    for (const handler of this.#handlers.get(kind) ?? []) store.subscribe(handler);
    this.#stores.set(kind, store);
    return store;
  }

  #caches(isFresh: () => boolean): Caches {
    const reader = (kind: Kind): unknown => ({
      get: (key: CachedObject["key"]) => this.#store(kind).get(key),
      byIndex: (index: string, value: string) => this.#store(kind).byIndex(index, value),
      // Asked for by sources only, when they start: one that goes on from where it was has nothing initial to name.
      all: () => (isFresh() ? this.#store(kind).all() : []),
      subscribe: (handler: (change: Change<CachedObject>) => void) => {
        const handlers = this.#handlers.get(kind) ?? new Set();
        this.#handlers.set(kind, handlers.add(handler));
        this.#stores.get(kind)?.subscribe(handler);
        return () => {};
      },
    });
    return Object.fromEntries(kindNames.map((kind) => [kinds[kind].cache, reader(kind)])) as unknown as Caches;
  }

  #writeThrough(kind: Kind): WriteThrough {
    const store = {
      get: (key: CachedObject["key"]) => this.#store(kind).get(key),
      apply: (object: CachedObject) => this.#store(kind).apply(object),
      remove: (...gone: Parameters<Store<CachedObject>["remove"]>) => this.#store(kind).remove(...gone),
    } as Store<CachedObject>;
    return defineCachedKind({ ...kinds[kind], store });
  }
}

const nothingIsKept = { pullRequests: 0, others: 0, perComponent: 0 };

const never = new AbortController().signal;

const stillClock: Clock = {
  now: () => nowMs,
  monotonic: () => 0,
  after: () => () => {},
  sleep: () => Promise.resolve(),
};

const unmeasured = new Proxy({}, { get: () => () => {} }) as Environment["metrics"];

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent };
