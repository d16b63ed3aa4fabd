import { resources } from "../../api/group.ts";
import type { ScenarioRecord } from "../../cache/scenario.ts";
import { isAlreadyExists, isConflict, isKubeError, isNotFound } from "../../kube/errors.ts";
import type { KubeObject, ObjectKey, Resource } from "../../kube/object.ts";
import { tell, type Environment } from "../environment.ts";

/** The kinds that a runner consists of. */
export const runnerKinds = {
  serviceAccount: { group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", namespaced: true },
  secret: { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true },
  roleBinding: {
    group: "rbac.authorization.k8s.io",
    version: "v1",
    plural: "rolebindings",
    kind: "RoleBinding",
    namespaced: true,
  },
  clusterRole: {
    group: "rbac.authorization.k8s.io",
    version: "v1",
    plural: "clusterroles",
    kind: "ClusterRole",
    namespaced: false,
  },
} as const satisfies Record<string, Resource>;

/** What a runner may do is up to whoever sets the cluster up. */
export const runnerClusterRole = "konflux-integration-runner";
const pullSecret = "components-namespace-pull";

/** After the API server said no, how long it is left in peace. */
const retryAfterMs = 10 * 60_000;

interface ServiceAccount extends KubeObject {
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
}

interface Check {
  /** When the newest scenario was created that this was looked at for. */
  readonly newest: number;
  /** Not before then again, milliseconds since the epoch. */
  readonly restsUntil?: number;
}

/** Sees to it that test PipelineRuns find the service account that they run as. */
export type EnsureRunner = (scenario: ScenarioRecord, signal: AbortSignal) => Promise<void>;

/** Makes the service account, its pull Secret and its RoleBinding in every namespace that has a scenario, where they are
 * missing. A namespace is looked at once, and again when a scenario is added to it. What the API server refuses is told on the
 * scenario, and holds up nothing. */
export function createRunners(env: Environment, serviceAccount: string): EnsureRunner {
  const checks = new Map<string, Check>();
  return async (scenario, signal) => {
    const { namespace } = scenario.key;
    const check = checks.get(namespace);
    if (check !== undefined && isRecent(check, scenario.createdAt, env.clock.now())) return;
    const newest = Math.max(scenario.createdAt, check?.newest ?? 0);
    // Before it is done, so that all the scenarios of a namespace do not look at once.
    checks.set(namespace, { newest });
    try {
      await ensure(env, { namespace, name: serviceAccount }, signal);
    } catch (error) {
      checks.delete(namespace);
      if (!isRefusal(error)) throw error;
      checks.set(namespace, { newest, restsUntil: env.clock.now() + retryAfterMs });
      tell(env.events, {
        about: { resource: resources.integrationTestScenario, ...scenario },
        type: "Warning",
        reason: "RunnerNotProvisioned",
        message: `Service account ${serviceAccount} may be missing, and with it no test can run: ${error.message}`,
      });
    }
  };
}

function isRecent({ newest, restsUntil }: Check, createdAt: number, now: number): boolean {
  return createdAt <= newest && (restsUntil === undefined || now < restsUntil);
}

/** Whether asking again at once cannot help: the cluster does not let us, or somebody else has a hand in it. */
function isRefusal(error: unknown): error is Error {
  const refused = isKubeError(error, "Forbidden") || isKubeError(error, "Rejected");
  return refused || isNotFound(error) || isConflict(error);
}

/** The service account comes last: where it is there and may pull, the rest has been there as well, and whoever took that away
 * has a reason. So one read is all that a namespace costs which has everything. */
async function ensure(env: Environment, key: ObjectKey, signal: AbortSignal): Promise<void> {
  const account = await env.client.get<ServiceAccount>(runnerKinds.serviceAccount, key, signal);
  const secrets = account?.imagePullSecrets ?? [];
  if (account !== undefined && secrets.some(({ name }) => name === pullSecret)) return;
  await createIfAbsent(env, runnerKinds.secret, renderSecret(key.namespace), signal);
  await createIfAbsent(env, runnerKinds.roleBinding, renderRoleBinding(key), signal);
  const imagePullSecrets = [...secrets, { name: pullSecret }];
  if (account === undefined) {
    const created: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata: key, imagePullSecrets };
    await createIfAbsent(env, runnerKinds.serviceAccount, created, signal);
    return;
  }
  const { uid = "", resourceVersion = "" } = account.metadata;
  const body = { metadata: { uid, resourceVersion }, imagePullSecrets };
  await env.client.patch(runnerKinds.serviceAccount, key, { type: "merge", body }, signal);
  logWrite(env, key, "ServiceAccount", "UPDATE");
}

async function createIfAbsent(
  env: Environment,
  resource: Resource,
  object: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  try {
    await env.client.create(resource, object, signal);
    logWrite(env, object.metadata, resource.kind, "ADD");
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

function logWrite(
  { logger }: Environment,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  kind: string,
  action: "ADD" | "UPDATE",
): void {
  logger.info({ namespace, name, kind, action, audit: "true" }, "provided for the service account of tests");
}

function renderSecret(namespace: string): KubeObject & { readonly type: string; readonly stringData: object } {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name: pullSecret },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": '{"auths":{}}' },
  };
}

function renderRoleBinding(
  key: ObjectKey,
): KubeObject & { readonly subjects: readonly object[]; readonly roleRef: object } {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: key,
    subjects: [{ kind: "ServiceAccount", ...key }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: runnerClusterRole },
  };
}
