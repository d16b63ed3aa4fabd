import type { KubeClient } from "../../../src/kube/client.ts";
import { isKubeError, isNotFound } from "../../../src/kube/errors.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { waitFor } from "./wait.ts";

const admission = { group: "admissionregistration.k8s.io", version: "v1", namespaced: false } as const;
const policyResource: Resource = {
  ...admission,
  plural: "validatingadmissionpolicies",
  kind: "ValidatingAdmissionPolicy",
};
const bindingResource: Resource = {
  ...admission,
  plural: "validatingadmissionpolicybindings",
  kind: "ValidatingAdmissionPolicyBinding",
};

/** A new object, without its name. */
export interface Probe {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** Makes the API server refuse new objects of a kind in a namespace for which the CEL expression does not hold. Waits until it does. */
export async function refuse(
  client: KubeClient,
  rule: {
    readonly namespace: string;
    readonly resource: Resource;
    readonly expression: string;
    readonly message: string;
    readonly reason?: "Invalid" | "Forbidden";
    /** An object that the rule refuses, to see whether it is in force. */
    readonly probe: Probe;
  },
): Promise<{ lift(): Promise<void> }> {
  const { namespace, resource, expression, message, reason = "Invalid" } = rule;
  const name = `refuse-${resource.plural}-${namespace}`;
  const key = { namespace: "", name };
  await client.create(policyResource, {
    metadata: { name },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: [resource.group],
            apiVersions: [resource.version],
            operations: ["CREATE"],
            resources: [resource.plural],
          },
        ],
      },
      validations: [{ expression, message, reason }],
    },
  } as KubeObject);
  await client.create(bindingResource, {
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ["Deny"],
      matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
    },
  } as KubeObject);
  const isRefused = (): Promise<boolean> => probe(client, rule);
  await waitFor(`the API server refuses ${resource.plural}`, isRefused, (refused) => refused);
  return {
    lift: async () => {
      await client.delete(bindingResource, key);
      await client.delete(policyResource, key);
      await waitFor(`the API server takes ${resource.plural} again`, isRefused, (refused) => !refused);
    },
  };
}

async function probe(
  client: KubeClient,
  rule: { readonly namespace: string; readonly resource: Resource; readonly probe: Probe; readonly message: string },
): Promise<boolean> {
  const { namespace, resource } = rule;
  const { group, version, kind } = resource;
  const key = { namespace, name: "is-the-policy-in-force" };
  const { labels = {}, ...parts } = rule.probe;
  try {
    const metadata = { ...key, labels };
    await client.create(resource, { apiVersion: `${group}/${version}`, kind, metadata, ...parts } as KubeObject);
  } catch (error) {
    if (isKubeError(error, "Rejected") || isKubeError(error, "Forbidden")) return true;
    throw error;
  }
  await client.delete(resource, key).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  return false;
}
