import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createClient, type KubeClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/config.ts";
import type { Transport } from "../../src/kube/transport.ts";
import { createUndiciTransport } from "../../src/kube/undici-transport.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { startControlPlane } from "../controlplane/provider.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { installCrds, unservedKinds } from "../demo/install.ts";
import { startOperator, type Operator, type OperatorOptions } from "./operator.ts";
import { waitUntil } from "./wait.ts";

/** A real API server with all kinds installed, and the means to load it, to measure it, and to start the operator on it. */
export interface Stage {
  readonly kubeconfig: string;
  /** What the API server is, for people. */
  readonly description: string;
  /** The load's own client, without limits. */
  readonly client: KubeClient;
  /** A connection of its own under another name. */
  connect(userAgent: string): Transport;
  readonly auditLog: string;
  readonly etcdSocket: string;
  readonly directory: string;
  startOperator(options?: OperatorOptions): Promise<Operator>;
  stop(): Promise<void>;
}

/** What the load may ask for at a time is decided by whoever loads. */
const unlimited = { concurrent: 1000, perSecond: 1e6, burst: 1e6 };
const loadName = "bench-load";

/** A client without limits on any transport. */
export function createLoadClient(transport: Transport): KubeClient {
  return createClient(transport, {
    timing: systemClock,
    random: Math.random,
    fieldManager: loadName,
    limits: { list: unlimited, read: unlimited, write: unlimited },
  });
}

/** Starts an API server whose state is gone afterwards. */
export async function openStage(say: (line: string) => void): Promise<Stage> {
  const directory = await temporaryDirectory();
  const auditLog = join(directory, "audit.log");
  const controlPlane = await startControlPlane({ auditLog, log: say });
  const { kubeconfig, etcdSocket } = controlPlane;
  const connection = loadConnection({ timing: systemClock, kubeconfigFile: kubeconfig });
  const transports: Transport[] = [];
  const connect = (userAgent: string): Transport => {
    const transport = createUndiciTransport(connection, {
      timing: systemClock,
      userAgent,
      shortCallConnections: 64,
      shortCallLimitMs: 120_000,
    });
    transports.push(transport);
    return transport;
  };
  const operators = new Set<Operator>();
  const stop = async (): Promise<void> => {
    await Promise.all([...operators].map((operator) => operator.stop()));
    await Promise.all(transports.map((transport) => transport.close()));
    await controlPlane.stop();
    await removeDirectory(directory);
  };
  try {
    if (etcdSocket === undefined) throw new Error("The benchmark needs an API server whose etcd it can reach.");
    const client = createLoadClient(connect(loadName));
    await installCrds(client);
    await waitUntil("every kind is served", async () => (await unservedKinds(client)).length === 0);
    return {
      kubeconfig,
      description: `kube-apiserver ${controlPlane.version} (provider ${controlPlane.provider})`,
      client,
      connect,
      auditLog,
      etcdSocket,
      directory,
      startOperator: async (options = {}) => {
        const logFile = join(directory, `operator-${randomUUID()}.log`);
        const operator = await startOperator({ kubeconfig, logFile, ...options });
        operators.add(operator);
        return operator;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
