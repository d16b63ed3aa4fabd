import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { labels } from "../../src/api/labels.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { endWithParent, startChild } from "../controlplane/child.ts";
import { createNamespace } from "../demo/install.ts";
import { finishBuild, startBuild } from "../tekton/builds.ts";
import { nextBuild } from "./builds.ts";
import type { Rehearsal } from "./limit/rehearse.ts";
import type { SnapshotSightings } from "./sightings.ts";
import type { Stage } from "./stage.ts";
import { buildTakesMs } from "./timed-builds.ts";
import { within } from "./wait.ts";

/** The bare round trip: from an event to the object that somebody who does nothing else creates for it. */
export interface Probe {
  /** Takes a sample now and then, until it is stopped; resolves with all durations. */
  run(perSecond: number, snapshots: SnapshotSightings): () => Promise<readonly number[]>;
  stop(): Promise<void>;
}

const namespace = "probe-000";
const probeType = "probe";
const readyLimitMs = 30_000;
const stopLimitMs = 5_000;

/** Starts the process that responds. What it creates is as large as a Snapshot of the operator, and ignored by it. */
export async function openProbe(stage: Stage, rehearsal: Rehearsal): Promise<Probe> {
  const ready = Promise.withResolvers<string>();
  const responder = await startChild({
    name: "the bare responder",
    command: process.execPath,
    args: [
      ...endWithParent,
      join(import.meta.dirname, "bare-responder.ts"),
      stage.kubeconfig,
      probeType,
      snapshotBody(rehearsal),
    ],
    onStdout: ready.resolve,
    onStderr: (line) => process.stderr.write(`${line}\n`),
  });
  await createNamespace(stage.client, namespace);
  await within("the bare responder watches", ready.promise, readyLimitMs);
  const sample = async (snapshots: SnapshotSightings): Promise<number> => {
    const probe = { ...nextBuild(namespace, "part-000"), labels: { [labels.pipelinesType]: probeType } };
    await startBuild(stage.client, probe);
    await sleep(buildTakesMs);
    await finishBuild(stage.client, probe);
    const happenedAt = performance.now();
    return (await snapshots.named(namespace, probe.name)) - happenedAt;
  };
  return {
    run: (perSecond, snapshots) => {
      let over = false;
      const taking = (async () => {
        const samples: Promise<number>[] = [];
        while (!over) {
          samples.push(sample(snapshots));
          await sleep(1000 / perSecond);
        }
        return Promise.all(samples);
      })();
      return () => {
        over = true;
        return taking;
      };
    },
    stop: () => responder.stop(stopLimitMs),
  };
}

/** The operator's own Snapshot with a mark that makes the operator leave it alone. */
function snapshotBody({ writes }: Rehearsal): string {
  const created = writes.find(
    ({ method, path, origin }) => origin === "operator" && method === "POST" && path.includes("/snapshots"),
  );
  if (created === undefined) throw new Error("The rehearsal has created no Snapshot.");
  const snapshot = JSON.parse(created.body) as KubeObject;
  const marked = { ...snapshot.metadata.labels, [labels.veleroRestore]: "bench" };
  return JSON.stringify({ ...snapshot, metadata: { ...snapshot.metadata, labels: marked } });
}
