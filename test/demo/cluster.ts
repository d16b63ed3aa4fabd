import { join } from "node:path";
import { createClient, type KubeClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/config.ts";
import { createUndiciTransport } from "../../src/kube/undici-transport.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { assets } from "../controlplane/assets.ts";
import { built } from "../controlplane/built.ts";
import { findProvider, providerVariable, startControlPlane } from "../controlplane/provider.ts";
import { createSimulatedApiServer } from "../simulation/apiserver/server.ts";
import { countAuditedWrites, countCommittedWrites, type OperatorWrites } from "./operator-writes.ts";

/** An API server to play on: all that the rest of the demo knows of it. */
export interface Cluster {
  readonly client: KubeClient;
  readonly kubeconfig: string;
  /** What it is, for people. */
  readonly description: string;
  /** Counts what the operator has written so far, where the API server can tell. */
  countWrites?(): Promise<OperatorWrites>;
  stop(): Promise<void>;
}

const name = "integration-service-demo";

/** Which API server to play on. */
export type Api = "real" | "simulated";

/** The one that was asked for, else a real one where this machine offers a way to it. */
export async function chooseApi(asked: Api | undefined): Promise<{ readonly api: Api; readonly because?: string }> {
  if (asked !== undefined) return { api: asked };
  const named = (process.env[providerVariable] ?? "") !== "";
  const found = named ? undefined : await findProvider();
  return typeof found === "string" ? { api: "simulated", because: found } : { api: "real" };
}

/** Starts a simulated API server in this process; the operator reaches it over HTTP. */
export async function startSimulatedCluster(directory: string): Promise<Cluster> {
  const server = createSimulatedApiServer({ clock: systemClock, random: Math.random, garbageCollection: true });
  const listening = await server.listen(0);
  const kubeconfig = join(directory, "kubeconfig");
  await server.kubeconfig(kubeconfig, listening.url);
  const transport = server.transport({ name });
  return {
    client: createClient(transport, { timing: systemClock, random: Math.random, fieldManager: name }),
    kubeconfig,
    description: "SIMULATED, inside this process: no kube-apiserver runs",
    countWrites: async () => countCommittedWrites(server.writes),
    stop: async () => {
      await transport.close();
      await listening.close();
    },
  };
}

/** Starts a real API server and connects to it; the first start builds it, which takes minutes. */
export async function startRealCluster(directory: string, log: (line: string) => void): Promise<Cluster> {
  const wanted = process.env[providerVariable] ?? "";
  if (wanted === "kubeconfig")
    throw new Error(
      `The demo plays Tekton's part, so it never runs on a cluster that somebody uses: unset ${providerVariable}.`,
    );
  const auditLog = (await writesAuditLog(wanted)) ? join(directory, "audit.log") : undefined;
  const controlPlane = await startControlPlane({ auditLog, log });
  const connection = loadConnection({ timing: systemClock, kubeconfigFile: controlPlane.kubeconfig });
  const transport = createUndiciTransport(connection, { timing: systemClock, userAgent: name });
  return {
    client: createClient(transport, { timing: systemClock, random: Math.random, fieldManager: name }),
    kubeconfig: controlPlane.kubeconfig,
    description: `kube-apiserver ${controlPlane.version} (provider ${controlPlane.provider})`,
    ...(auditLog === undefined ? {} : { countWrites: () => countAuditedWrites(auditLog) }),
    stop: async () => {
      await transport.close();
      await controlPlane.stop();
    },
  };
}

/** The providers that can write one are the first two that are tried. */
async function writesAuditLog(wanted: string): Promise<boolean> {
  if (wanted !== "") return wanted === assets.name || wanted === built.name;
  return (await assets.available({})) === undefined || (await built.available({})) === undefined;
}
