import { parseArgs } from "node:util";
import { conditionTypes } from "./api/conditions.ts";
import { resources } from "./api/group.ts";
import { annotations, labels } from "./api/labels.ts";
import type { Snapshot } from "./api/snapshot.ts";
import { ownerOf } from "./cache/owner.ts";
import { contentOf } from "./cache/snapshot-content.ts";
import { conditionsOf } from "./cache/snapshot.ts";
import { parseTestStatus } from "./cache/test-status.ts";
import { createCaches } from "./caches.ts";
import { gather, type GatheredOwner } from "./controllers/promotion/gather.ts";
import { explainSnapshot, type ExplainFacts, type Outlook } from "./domain/explain-snapshot.ts";
import type { Owner } from "./domain/owner.ts";
import { planPromotion } from "./domain/plan-promotion.ts";
import { present } from "./domain/present.ts";
import { createClient, type KubeClient } from "./kube/client.ts";
import { findCondition } from "./kube/conditions.ts";
import { loadConnection } from "./kube/config.ts";
import { limitedSignal } from "./kube/timing.ts";
import { createUndiciTransport } from "./kube/undici-transport.ts";
import { systemClock } from "./runtime/clock.ts";
import type { LogFields, Logger } from "./runtime/logger.ts";
import { createMetrics } from "./runtime/metrics.ts";
import { tektonResources } from "./tekton/pipeline-run.ts";

const usage = `Usage: integration-service explain <Snapshot or build PipelineRun> [-n <namespace>] [--kubeconfig <file>] [--context <name>]

Says why a Snapshot was promoted, or why not, and what would be decided as things are. It only reads.`;

/** What a command line ended with: what to print, and where, and the exit code. */
export interface Explained {
  readonly text: string;
  readonly exitCode: 0 | 1 | 2;
}

const limitMs = 30_000;

/** Runs `explain`. Its arguments are those after that word. */
export async function explain(args: readonly string[]): Promise<Explained> {
  const asked = parse(args);
  if (typeof asked === "string") return { text: `${asked}\n${usage}`, exitCode: 2 };
  if (asked.help) return { text: usage, exitCode: 0 };
  const connection = loadConnection({
    timing: systemClock,
    ...present({ kubeconfigFile: asked.kubeconfig, context: asked.context }),
  });
  const namespace = asked.namespace ?? connection.namespace ?? "default";
  const transport = createUndiciTransport(connection, {
    timing: systemClock,
    userAgent: "integration-service-explain",
  });
  const client = createClient(transport, { timing: systemClock, random: Math.random, fieldManager: "explain" });
  const limit = limitedSignal(new AbortController().signal, { doing: "reading", limitMs, timing: systemClock });
  try {
    return await explainOne(client, { namespace, name: asked.name }, limit.signal);
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), exitCode: 1 };
  } finally {
    limit.release();
    await transport.close();
  }
}

interface Asked {
  readonly name: string;
  readonly help: boolean;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

function parse(args: readonly string[]): Asked | string {
  const text = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { namespace: { ...text, short: "n" }, kubeconfig: text, context: text, help: { type: "boolean" } },
      allowPositionals: true,
    });
    const { namespace, kubeconfig, context, help = false } = values;
    const [name = "", ...more] = positionals;
    if (!help && (name === "" || more.length > 0)) return "Name one Snapshot, or one build PipelineRun.";
    return { name, help, ...present({ namespace, kubeconfig, context }) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Key {
  readonly namespace: string;
  readonly name: string;
}

async function explainOne(client: KubeClient, key: Key, signal: AbortSignal): Promise<Explained> {
  const snapshot = await client.get<Snapshot>(resources.snapshot, key, signal);
  if (snapshot !== undefined) return { text: (await linesAbout(client, snapshot, signal)).join("\n"), exitCode: 0 };
  const build = await client.get(tektonResources.pipelineRun, key, signal);
  const made = build?.metadata.annotations?.[annotations.snapshot];
  if (made !== undefined && made !== key.name) return explainOne(client, { ...key, name: made }, signal);
  if (build === undefined)
    return { text: `Namespace ${key.namespace} has no Snapshot and no PipelineRun ${key.name}`, exitCode: 1 };
  const said = build.metadata.annotations?.[annotations.createSnapshotStatus];
  const why = said ?? "It has not succeeded yet, or the operator has not seen it";
  return { text: `PipelineRun ${key.name} has no Snapshot. ${why}`, exitCode: 0 };
}

async function linesAbout(client: KubeClient, raw: Snapshot, signal: AbortSignal): Promise<readonly string[]> {
  const { metadata } = raw;
  const owner = ownerOf(metadata.namespace ?? "", raw.spec);
  const gathered = await look(client, owner, signal);
  if (gathered === undefined)
    return [`Snapshot ${metadata.name} is of ${owner.kind} ${owner.name}, which is not there`];
  const { opened } = gathered;
  return explainSnapshot({
    snapshot: describe(raw, owner),
    entries: parseTestStatus(metadata.annotations?.[annotations.testStatus]),
    list: opened.kind === "list" ? opened.list : opened.problem,
    ...present({
      said: findCondition(conditionsOf(raw), conditionTypes.promoted),
      outlook: outlookOf(gathered, metadata.name),
    }),
  });
}

function describe({ metadata, spec }: Snapshot, { kind, name }: Owner): ExplainFacts["snapshot"] {
  const own = metadata.labels ?? {};
  return {
    name: metadata.name,
    type: own[labels.snapshotType] ?? "",
    owner: `${kind} ${name}`,
    content: contentOf(spec ?? {}),
    ...present({ component: own[labels.component] }),
  };
}

/** What the operator would decide now, by the same functions. */
function outlookOf({ snapshots, opened, components, owner, record }: GatheredOwner, name: string): Outlook | undefined {
  const own = snapshots.get(name);
  if (own === undefined || own.record.concluded || opened.kind !== "list" || record.paused) return undefined;
  if (own.facts.verdict.kind === "testing") return own.facts.verdict;
  const open = [...snapshots.values()].filter((each) => !each.record.concluded).map(({ facts }) => facts);
  const now = systemClock.now();
  const plan = planPromotion({ list: opened.list, components, ownerKind: owner.kind, snapshots: open, now });
  return plan.conclusions.find(({ snapshot }) => snapshot === name) ?? { kind: "waits" };
}

/** Reads the namespace as the operator does, once, and looks the Snapshot's owner up in what it has read. */
async function look(client: KubeClient, owner: Owner, signal: AbortSignal): Promise<GatheredOwner | undefined> {
  const reading = new AbortController();
  const trouble: string[] = [];
  const { caches, reflectors } = createCaches({
    client,
    clock: systemClock,
    random: Math.random,
    logger: hearing(trouble),
    metrics: createMetrics().reflector,
    namespaces: [owner.namespace],
  });
  const running = Promise.all(reflectors.map((reflector) => reflector.run(reading.signal)));
  try {
    await Promise.race([Promise.all(reflectors.map(({ synced }) => synced)), running, ended(signal, trouble)]);
    return await gather({ caches, client, clock: systemClock }, owner, signal);
  } finally {
    reading.abort(new Error("everything has been read"));
    await running;
  }
}

function ended(signal: AbortSignal, trouble: readonly string[]): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      "abort",
      () => reject(new Error(trouble.at(-1) ?? "The API server did not answer in time")),
      {
        once: true,
      },
    );
  });
}

/** Keeps what reflectors complain about, for the case that they do not get through. */
function hearing(trouble: string[]): Logger {
  const hear = ({ err }: LogFields): void => void trouble.push(err instanceof Error ? err.message : "");
  const logger: Logger = { debug: () => {}, info: () => {}, warn: hear, error: hear, child: () => logger };
  return logger;
}
