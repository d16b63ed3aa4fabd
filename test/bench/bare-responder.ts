import { resources } from "../../src/api/group.ts";
import { labels } from "../../src/api/labels.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/config.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { createUndiciTransport } from "../../src/kube/undici-transport.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { progressOf, tektonResources } from "../../src/tekton/pipeline-run.ts";
import { watchKind } from "./watching.ts";

// The least that any controller does: it watches, and creates. A process of its own, as the operator is one, with the
// operator's client. For each probe that has succeeded it creates a copy of the Snapshot that it is given, and nothing else.
const [kubeconfigFile = "", probeType = "", body = ""] = process.argv.slice(2);
const connection = loadConnection({ timing: systemClock, kubeconfigFile });
const transport = createUndiciTransport(connection, { timing: systemClock, userAgent: "bench-responder" });
const client = createClient(transport, { timing: systemClock, random: Math.random, fieldManager: "bench-responder" });
const snapshot = JSON.parse(body) as KubeObject;

await watchKind(client, {
  resource: tektonResources.pipelineRun,
  labelSelector: `${labels.pipelinesType}=${probeType}`,
  onObject: (raw) => {
    if (progressOf(raw) !== "succeeded") return;
    const { name, namespace = "" } = raw.metadata;
    void client.create(resources.snapshot, { ...snapshot, metadata: { ...snapshot.metadata, name, namespace } });
  },
});
process.stdout.write("ready\n");
