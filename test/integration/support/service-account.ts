import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import type { Rule } from "../../../scripts/rbac-rules.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { KubeObject, ObjectKey, Resource } from "../../../src/kube/object.ts";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;

const kinds = {
  serviceAccount: { group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", namespaced: true },
  clusterRole: { ...rbac, plural: "clusterroles", kind: "ClusterRole", namespaced: false },
  clusterRoleBinding: { ...rbac, plural: "clusterrolebindings", kind: "ClusterRoleBinding", namespaced: false },
  role: { ...rbac, plural: "roles", kind: "Role", namespaced: true },
  roleBinding: { ...rbac, plural: "rolebindings", kind: "RoleBinding", namespaced: true },
} as const satisfies Record<string, Resource>;

const tokenLifeSeconds = 3600;

/** How the API server calls a ServiceAccount. */
export function userOf({ namespace, name }: ObjectKey): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** A rule about paths that are no object's. */
interface PathRule {
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
}

/** Makes a ServiceAccount that may do what the rules say in all namespaces, and nothing else. */
export async function createServiceAccount(
  client: KubeClient,
  key: ObjectKey,
  rules: readonly (Rule | PathRule)[],
): Promise<void> {
  await client.create(kinds.serviceAccount, { metadata: key });
  const metadata = { name: `${key.namespace}-${key.name}` };
  await client.create<Role>(kinds.clusterRole, { metadata, rules });
  await client.create<Binding>(kinds.clusterRoleBinding, { metadata, ...binding(key, "ClusterRole", metadata.name) });
}

/** Lets a ServiceAccount do what the rules say in its own namespace. */
export async function allowInOwnNamespace(client: KubeClient, key: ObjectKey, rules: readonly Rule[]): Promise<void> {
  await client.create<Role>(kinds.role, { metadata: key, rules });
  await client.create<Binding>(kinds.roleBinding, { metadata: key, ...binding(key, "Role", key.name) });
}

/** A token of a ServiceAccount such as a pod of it would get. */
export async function tokenOf(client: KubeClient, key: ObjectKey): Promise<string> {
  const tokens: Resource = {
    ...kinds.serviceAccount,
    plural: `serviceaccounts/${key.name}/token`,
    kind: "TokenRequest",
  };
  const request: TokenRequest = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: key,
    spec: { expirationSeconds: tokenLifeSeconds },
  };
  const { status } = await client.create(tokens, request);
  if (status === undefined) throw new Error(`The API server gave no token to ${userOf(key)}`);
  return status.token;
}

/** Writes a kubeconfig with which to be a ServiceAccount, by such a token. */
export async function writeKubeconfigOf(
  client: KubeClient,
  key: ObjectKey,
  { admin, file }: { readonly admin: string; readonly file: string },
): Promise<void> {
  const token = await tokenOf(client, key);
  const config = parse(await readFile(admin, "utf8")) as Kubeconfig;
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  await writeFile(file, stringify({ ...config, users }), { mode: 0o600 });
}

interface Role extends KubeObject {
  readonly rules: readonly (Rule | PathRule)[];
}

interface Binding extends KubeObject {
  readonly subjects: readonly object[];
  readonly roleRef: object;
}

interface TokenRequest extends KubeObject {
  readonly spec: { readonly expirationSeconds: number };
  readonly status?: { readonly token: string };
}

interface Kubeconfig {
  readonly users: readonly { readonly name: string }[];
}

function binding(key: ObjectKey, kind: "Role" | "ClusterRole", name: string): Omit<Binding, "metadata"> {
  return {
    subjects: [{ kind: "ServiceAccount", ...key }],
    roleRef: { apiGroup: rbac.group, kind, name },
  };
}
