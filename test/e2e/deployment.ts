import { createServer, type AddressInfo } from "node:net";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, ObjectKey, Resource } from "../../src/kube/object.ts";
import { bundleFile } from "../../scripts/bundle.ts";
import type { OperatorCommand } from "../demo/operator-process.ts";
import { writeKubeconfigOf } from "../integration/support/service-account.ts";

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

interface Deployment extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly serviceAccountName: string;
        readonly containers: readonly { readonly args?: readonly string[]; readonly env?: readonly Variable[] }[];
      };
    };
  };
}

const deployments: Resource = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
  namespaced: true,
};

/** How a kubelet would run a Deployment's one container, on this machine: the file that the image holds, with the Deployment's
 * flags, environment and ServiceAccount. Only the addresses it listens on are others. */
export async function commandOf(
  client: KubeClient,
  key: ObjectKey,
  { admin, file }: { readonly admin: string; readonly file: string },
): Promise<OperatorCommand> {
  const deployment = await client.get<Deployment>(deployments, key);
  const pod = deployment?.spec.template.spec;
  const [container] = pod?.containers ?? [];
  if (pod === undefined || container === undefined)
    throw new Error(`There is no Deployment ${key.name} with a container.`);
  await writeKubeconfigOf(client, { namespace: key.namespace, name: pod.serviceAccountName }, { admin, file });
  const variables = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const path = valueFrom?.fieldRef?.fieldPath;
    if (path !== undefined && path !== "metadata.namespace") throw new Error(`No pod runs here to take ${path} from.`);
    return [name, path === undefined ? (value ?? "") : key.namespace] as const;
  });
  const metrics = `--metrics-bind-address=127.0.0.1:${String(await freePort())}`;
  return {
    main: bundleFile,
    // The last flag of a name counts. Whoever starts the process says where its probes are.
    args: [...(container.args ?? []), metrics],
    env: { ...Object.fromEntries(variables), KUBECONFIG: file },
  };
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
