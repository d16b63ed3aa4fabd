import { createClient, type KubeClient } from "../../../src/kube/client.ts";
import { loadConnection } from "../../../src/kube/config.ts";
import { createUndiciTransport } from "../../../src/kube/undici-transport.ts";
import { systemClock } from "../../../src/runtime/clock.ts";

export interface Connection {
  readonly client: KubeClient;
  readonly close: () => Promise<void>;
}

/** Tests look often, and must not hold each other up. */
const unlimited = { concurrent: 100, perSecond: 10_000, burst: 10_000 };

/** A client of the tests' own, which the audit log can tell from the operator. */
export function connect(kubeconfig: string): Connection {
  const connection = loadConnection({ timing: systemClock, kubeconfigFile: kubeconfig });
  const transport = createUndiciTransport(connection, { timing: systemClock, userAgent: "integration-tests" });
  const client = createClient(transport, {
    timing: systemClock,
    random: Math.random,
    fieldManager: "integration-tests",
    limits: { list: unlimited, read: unlimited, write: unlimited },
  });
  return { client, close: () => transport.close() };
}
