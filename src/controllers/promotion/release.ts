import { resources } from "../../api/group.ts";
import { labels, prefixes } from "../../api/labels.ts";
import { inNamespace } from "../../cache/identity.ts";
import { projectRelease, type ReleaseRecord } from "../../cache/release.ts";
import { releaseName } from "../../domain/names.ts";
import { planReleases } from "../../domain/plan-releases.ts";
import { present } from "../../domain/present.ts";
import { isAlreadyExists, KubeError } from "../../kube/errors.ts";
import { patchStatus } from "../../kube/guarded-patch.ts";
import type { KubeObject } from "../../kube/object.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import { tell, type Environment } from "../environment.ts";
import type { Concerned } from "./gather.ts";

export type Released =
  | { readonly kind: "released"; readonly releases: readonly string[] }
  | { readonly kind: "skipped"; readonly message: string }
  /** The API server refused some for good; the rest exists. */
  | { readonly kind: "refused"; readonly message: string }
  /** It refuses for now: a permission or a quota that a person can mend. */
  | { readonly kind: "waiting"; readonly message: string };

/** How long a Release that is forbidden is tried again before it is given up. */
const forbiddenMaxMs = 10 * 60_000;

/** Makes every Release of a Snapshot exist (rule 10). `since` is when it was promoted, in milliseconds since the epoch. */
export async function release(
  env: Environment,
  concerned: Concerned,
  since: number,
  signal: AbortSignal,
): Promise<Released> {
  const { record, open } = concerned;
  const { namespace } = record.key;
  const plans = env.caches.releasePlans
    .byIndex("byApplication", inNamespace(namespace, record.application))
    .map(({ facts }) => facts);
  const wishes = present({
    autoReleaseLabel: open.labels[labels.autoRelease],
    shouldRelease: open.annotations[`${prefixes.testResult}should-release`],
  });
  const decision = planReleases(plans, wishes);
  if (decision.kind === "skip") return { kind: "skipped", message: decision.message };
  const answers = await settleAll(decision.plans.map((plan) => releaseThrough(env, concerned, plan, signal)));
  const refused = answers.flatMap((answer) => (answer.kind === "refused" ? [answer] : []));
  if (refused.length === 0)
    return { kind: "released", releases: answers.flatMap((answer) => (answer.kind === "exists" ? [answer.name] : [])) };
  const message = `Failed to create new release: ${refused.map((answer) => answer.error.message).join("; ")}`;
  tell(env.events, {
    about: { resource: resources.snapshot, ...record },
    type: "Warning",
    reason: "ReleaseRejected",
    message,
  });
  const hope = refused.some(({ error }) => error.kind === "Forbidden") && env.clock.now() - since < forbiddenMaxMs;
  return hope ? { kind: "waiting", message } : { kind: "refused", message };
}

type Answer =
  { readonly kind: "exists"; readonly name: string } | { readonly kind: "refused"; readonly error: KubeError };

async function releaseThrough(
  env: Environment,
  concerned: Concerned,
  plan: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { record } = concerned;
  const known = env.caches.releases
    .byIndex("bySnapshot", inNamespace(record.key.namespace, record.key.name))
    .find(({ releasePlan }) => releasePlan === plan);
  try {
    const existing = known ?? (await create(env, concerned, plan, signal));
    if (!existing.automated)
      await patchStatus(
        { client: env.client, resource: resources.release, seen: existing },
        { automated: true },
        signal,
      );
    return { kind: "exists", name: existing.key.name };
  } catch (error) {
    if (error instanceof KubeError && (error.kind === "Rejected" || error.kind === "Forbidden"))
      return { kind: "refused", error };
    throw error;
  }
}

async function create(
  env: Environment,
  { record, open }: Concerned,
  plan: string,
  signal: AbortSignal,
): Promise<ReleaseRecord> {
  const { key } = record;
  const name = releaseName(key.name, plan);
  const fields = {
    namespace: key.namespace,
    name,
    snapshot: key.name,
    application: record.application,
    releasePlan: plan,
  };
  try {
    const made = await env.client.create(resources.release, render(key, plan, name), signal);
    env.logger.info({ ...fields, action: "ADD", audit: "true" }, "Created a new Release");
    const finishedAt = open.entries
      .map(({ completionTime }) => Date.parse(completionTime ?? ""))
      .filter(Number.isFinite);
    env.metrics.released({ testsFinishedAt: Math.max(record.createdAt, ...finishedAt), now: env.clock.now() });
    return projectRelease(made);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = await env.client.get(resources.release, { namespace: key.namespace, name }, signal);
    const release = existing && projectRelease(existing);
    if (release?.snapshot === key.name && release.releasePlan === plan) return release;
    throw new KubeError({
      kind: "Rejected",
      status: error.status,
      reason: error.reason,
      message: `Release ${name} exists and is not for Snapshot ${key.name} and ReleasePlan ${plan}`,
      cause: error,
    });
  }
}

function render(
  snapshot: Concerned["record"]["key"],
  plan: string,
  name: string,
): KubeObject & { readonly spec: object } {
  return {
    apiVersion: `${resources.release.group}/${resources.release.version}`,
    kind: resources.release.kind,
    metadata: { name, namespace: snapshot.namespace, labels: { [labels.automated]: "true" } },
    spec: { snapshot: snapshot.name, releasePlan: plan },
  };
}
