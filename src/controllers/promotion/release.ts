import { autoReleasedReasons } from "../../api/conditions.ts";
import { resources } from "../../api/group.ts";
import { annotations, labels } from "../../api/labels.ts";
import { inNamespace } from "../../cache/identity.ts";
import { projectRelease, type ReleaseRecord } from "../../cache/release.ts";
import { releaseName } from "../../domain/names.ts";
import type { ExpressionProblem } from "../../domain/plan-releases.ts";
import { isAlreadyExists, KubeError } from "../../kube/errors.ts";
import { patchStatus } from "../../kube/guarded-patch.ts";
import type { KubeObject } from "../../kube/object.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import { tell, type Environment } from "../environment.ts";
import { logged, loggedOwner } from "../log-fields.ts";
import { decideReleases, type ReleaseMoment } from "./decide-releases.ts";
import { testsFinishedAt, type Concerned } from "./gather.ts";

export type Released =
  | { readonly kind: "released"; readonly releases: readonly string[] }
  | { readonly kind: "skipped"; readonly message: string }
  /** Some will not be: the API server refused them, or nobody can tell whether they should. The rest exists. */
  | {
      readonly kind: "refused";
      readonly reason: (typeof autoReleasedReasons)["releaseRejected" | "expressionInvalid"];
      readonly message: string;
    }
  /** It refuses for now: a permission or a quota that a person can mend. */
  | { readonly kind: "waiting"; readonly message: string };

/** How long a Release that is forbidden is tried again before it is given up. */
const forbiddenMaxMs = 10 * 60_000;

/** Makes every Release of a Snapshot exist (rule 10). */
export async function release(
  env: Environment,
  concerned: Concerned,
  moment: ReleaseMoment,
  signal: AbortSignal,
): Promise<Released> {
  const { plans, problems, message: whyNone } = await decideReleases(env, concerned, moment, signal);
  if (plans.length === 0 && problems.length === 0) return { kind: "skipped", message: whyNone };
  const answers = await settleAll(plans.map((plan) => releaseThrough(env, concerned, plan, signal)));
  const refused = answers.flatMap((answer) => (answer.kind === "refused" ? [answer.error] : []));
  if (refused.length === 0 && problems.length === 0)
    return { kind: "released", releases: answers.flatMap((answer) => (answer.kind === "exists" ? [answer.name] : [])) };
  const message = [...refused.map(rejection), ...problems.map(expressionProblem)].join("; ");
  const reason = refused.length > 0 ? autoReleasedReasons.releaseRejected : autoReleasedReasons.expressionInvalid;
  tell(env.events, { about: { resource: resources.snapshot, ...concerned.record }, type: "Warning", reason, message });
  tellPlans(env, concerned, problems);
  const isRecent = env.clock.now() - moment.when < forbiddenMaxMs;
  const hope = isRecent && refused.some(({ kind }) => kind === "Forbidden");
  return hope ? { kind: "waiting", message } : { kind: "refused", reason, message };
}

const rejection = ({ message }: KubeError): string => `Failed to create new release: ${message}`;

function expressionProblem({ plan, problem }: ExpressionProblem): string {
  return `Failed to evaluate the auto-release expression of ReleasePlan ${plan}: ${problem}`;
}

/** Who wrote a plan looks at the plan. */
function tellPlans(
  { caches, events }: Environment,
  { record }: Concerned,
  problems: readonly ExpressionProblem[],
): void {
  for (const { plan, problem } of problems) {
    const about = caches.releasePlans.get({ namespace: record.key.namespace, name: plan });
    if (about === undefined) continue;
    tell(events, {
      about: { resource: resources.releasePlan, ...about },
      type: "Warning",
      reason: autoReleasedReasons.expressionInvalid,
      message: `Snapshot ${record.key.name} was not released through this plan: its auto-release expression cannot be evaluated: ${problem}`,
    });
  }
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
  concerned: Concerned,
  plan: string,
  signal: AbortSignal,
): Promise<ReleaseRecord> {
  const { record, open } = concerned;
  const { key } = record;
  const name = releaseName(key.name, plan);
  const fields = {
    namespace: key.namespace,
    name,
    snapshot: logged(key),
    ...loggedOwner(record.owner),
    releasePlan: plan,
  };
  try {
    const made = await env.client.create(resources.release, render(concerned, plan, name), signal);
    env.logger.info({ ...fields, action: "ADD", audit: "true" }, "Created a new Release");
    env.metrics.released({ testsFinishedAt: testsFinishedAt({ record, open }), now: env.clock.now() });
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
  { record: { key }, open }: Concerned,
  plan: string,
  name: string,
): KubeObject & { readonly spec: object } {
  const trace = open.annotations[annotations.spanContext];
  return {
    apiVersion: `${resources.release.group}/${resources.release.version}`,
    kind: resources.release.kind,
    metadata: {
      name,
      namespace: key.namespace,
      labels: { [labels.automated]: "true" },
      ...(trace === undefined ? {} : { annotations: { [annotations.spanContext]: trace } }),
    },
    spec: { snapshot: key.name, releasePlan: plan },
  };
}
