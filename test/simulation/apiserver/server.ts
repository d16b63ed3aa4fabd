import type { Clock, Random } from "../../../src/runtime/clock.ts";
import type { Transport } from "../../../src/kube/transport.ts";
import { createAuthorship } from "./authorship.ts";
import { builtInKinds } from "./built-in-kinds.ts";
import { followDefinitions, registerDefinition } from "./definitions.ts";
import { createFaults, type FaultControl } from "./faults.ts";
import { collectGarbage, garbageCollectorAgent } from "./garbage-collector.ts";
import { createHandler, type Identity } from "./handler.ts";
import { listen, type Listening } from "./http-listener.ts";
import type { JsonObject } from "./json.ts";
import { KindRegistry } from "./kinds.ts";
import { Store } from "./store.ts";
import { createAccess, type StoreAccess } from "./store-access.ts";
import { createWriteLog, type Author, type WriteLog } from "./write-log.ts";

/** How to make a simulated API server. */
export interface SimulatedApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** CRDs that are there from the start. */
  readonly definitions?: readonly object[];
  /** How many of the latest changes watches and paged lists can refer back to. */
  readonly historyLength?: number;
  /** Also do what the controllers of a whole cluster do: delete dependents, empty namespaces. Off by default, as in an
   * API server on its own. */
  readonly garbageCollection?: boolean;
  /** How long after a write garbage is collected. */
  readonly garbageCollectionDelayMs?: number;
  readonly bookmarkIntervalMs?: number;
  /** How long watches last that did not say. */
  readonly watchTimeoutMs?: number;
}

/** A Kubernetes API server without sockets, processes or time of its own. */
export interface SimulatedApiServer extends StoreAccess, WriteLog {
  /** A way to talk to the server; each caller may go by a name of its own. */
  transport(identity?: Identity): Transport;
  /** Serves real HTTP on loopback; needs a clock that moves by itself. */
  listen(port?: number): Promise<Listening>;
  /** Writes a kubeconfig for a server that listens. */
  kubeconfig(path: string, url: string): Promise<void>;
  readonly faults: FaultControl;
  /** Registers a CRD as if it had always been there. */
  register(definition: object): void;
  /** Forgets history: older watches and lists are answered with 410. */
  compact(): void;
  /** Breaks every open watch, as a restart of the server does. */
  breakWatches(): void;
  readonly resourceVersion: string;
}

const defaults = {
  historyLength: 10_000,
  garbageCollectionDelayMs: 50,
  bookmarkIntervalMs: 60_000,
  watchTimeoutMs: 1_800_000,
} as const;

/** Makes a server that holds the usual namespaces and nothing else. */
export function createSimulatedApiServer(options: SimulatedApiServerOptions): SimulatedApiServer {
  const { clock, random } = options;
  const settings = { ...defaults, ...options };
  const store = new Store(settings.historyLength);
  const kinds = new KindRegistry();
  for (const kind of builtInKinds) kinds.add(kind);
  const context = { store, kinds, clock, random };
  const faults = createFaults(random);
  const log = createWriteLog();
  const authorship = createAuthorship(setupAuthor);
  store.subscribe((change) => log.record(change, authorship.current(), clock.now()));
  followDefinitions(context);
  const access = createAccess(context);
  authorship.as(setupAuthor, () => {
    for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"])
      access.put({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    for (const definition of options.definitions ?? []) registerDefinition(context, definition as JsonObject);
  });
  if (options.garbageCollection === true) collectAfterWrites();
  const handler = createHandler({ context, faults, authorship, settings });

  function collectAfterWrites(): void {
    let scheduled = false;
    const run = (): void => {
      scheduled = false;
      authorship.as({ ...setupAuthor, verb: "delete", userAgent: garbageCollectorAgent }, () =>
        collectGarbage(context),
      );
    };
    store.subscribe(() => {
      if (!scheduled) clock.after(settings.garbageCollectionDelayMs, run);
      scheduled = true;
    });
  }

  return {
    ...access,
    writes: log.writes,
    failures: log.failures,
    onWrite: log.onWrite,
    count: log.count,
    faults,
    transport: handler.transport,
    listen: (port = 0) => listen(handler.transport, port),
    kubeconfig: writeKubeconfig,
    register: (definition) => authorship.as(setupAuthor, () => registerDefinition(context, definition as JsonObject)),
    compact: () => store.compact(),
    breakWatches: handler.breakWatches,
    get resourceVersion() {
      return String(store.revision);
    },
  };
}

const setupAuthor: Author = { verb: "setup", subresource: "", userAgent: "test", identity: "test" };

async function writeKubeconfig(path: string, url: string): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  const context = { cluster: "simulated", user: "simulated" };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "simulated",
    clusters: [{ name: "simulated", cluster: { server: url } }],
    users: [{ name: "simulated", user: {} }],
    contexts: [{ name: "simulated", context }],
  };
  await writeFile(path, JSON.stringify(config, undefined, 2));
}
