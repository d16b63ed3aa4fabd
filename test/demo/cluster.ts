import { join } from "node:path";
import { createClient, type KubeClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/config.ts";
import { createUndiciTransport } from "../../src/kube/undici-transport.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { assets } from "../controlplane/assets.ts";
import { built } from "../controlplane/built.ts";
import { providerVariable, startControlPlane } from "../controlplane/provider.ts";

/** An API server to play on: all that the rest of the demo knows of it. */
export interface Cluster {
  readonly client: KubeClient;
  readonly kubeconfig: string;
  /** What it is, for people. */
  readonly description: string;
  /** File with one line of JSON for each request, where the API server writes one. */
  readonly auditLog?: string;
  stop(): Promise<void>;
}

const name = "integration-service-demo";

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
    ...(auditLog === undefined ? {} : { auditLog }),
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
