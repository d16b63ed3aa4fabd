import { planResolution } from "../../domain/plan-resolution.ts";
import { isAlreadyExists, isKubeError, isNotFound, type KubeError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { isOwnedBy } from "../../kube/owner-references.ts";
import { createdAt } from "../../cache/identity.ts";
import { readResolution, renderResolutionRequest, resolutionRequestResource } from "../../tekton/resolution.ts";
import { readResolvedRun, type ResolvedRun } from "../../tekton/resolved-run.ts";
import type { Environment } from "../environment.ts";
import { logged } from "../log-fields.ts";
import type { GatheredSnapshot } from "./gather.ts";
import { renderQuestion, type DueRun } from "./render.ts";

/** How far the PipelineRun is that a scenario fetches. */
export type Fetched =
  | { readonly kind: "fetched"; readonly run: ResolvedRun }
  | { readonly kind: "wait"; readonly afterMs: number }
  | { readonly kind: "refused"; readonly message: string };

/** Tekton is asked again so often while it fetches: requests are no kind that is watched, for most clusters never have one. */
const askAgainMs = 1000;

/** Fetches what a scenario runs, if that is a whole PipelineRun. The request goes as soon as its answer is read, and before
 * anything is made of it: whoever comes back after a crash asks once more, and nothing is left behind. */
export async function fetchRun(
  env: Environment,
  gathered: GatheredSnapshot,
  due: DueRun,
  signal: AbortSignal,
): Promise<Fetched> {
  const question = renderQuestion(gathered, due);
  const { client, clock } = env;
  const request = await client.get<KubeObject>(resolutionRequestResource, question.key, signal);
  const decision = planResolution({
    resolver: question.resolver,
    ...(request && {
      request: {
        ours: isOwnedBy(request, gathered.record.uid),
        ageMs: clock.now() - createdAt(request),
        answer: readResolution(request),
      },
    }),
  });
  switch (decision.kind) {
    case "ask":
      return ask(env, gathered, due, signal);
    case "wait":
      return { kind: "wait", afterMs: askAgainMs };
    case "giveUp":
      await forget(env, due, request, signal);
      return { kind: "refused", message: decision.message };
    case "use": {
      await forget(env, due, request, signal);
      const read = readResolvedRun(decision.data);
      return read.kind === "run" ? { kind: "fetched", run: read.run } : { kind: "refused", message: read.problem };
    }
  }
}

async function ask(
  { client, logger }: Environment,
  gathered: GatheredSnapshot,
  due: DueRun,
  signal: AbortSignal,
): Promise<Fetched> {
  const question = renderQuestion(gathered, due);
  try {
    await client.create(resolutionRequestResource, renderResolutionRequest(question), signal);
  } catch (error) {
    if (isAlreadyExists(error)) return { kind: "wait", afterMs: askAgainMs };
    if (isRefusal(error)) return { kind: "refused", message: error.message };
    throw error;
  }
  const fields = {
    ...question.key,
    snapshot: logged(gathered.record.key),
    integrationTestScenario: logged(due.scenario.key),
  };
  logger.info({ ...fields, action: "ADD", audit: "true" }, "asked for the PipelineRun of a scenario");
  return { kind: "wait", afterMs: askAgainMs };
}

/** Whether asking again cannot help: a cluster may have no such kind, or not let us. A used-up quota may be free later. */
function isRefusal(error: unknown): error is KubeError {
  const forbidden = isKubeError(error, "Forbidden") && !error.quotaExceeded;
  return forbidden || isNotFound(error) || isKubeError(error, "Rejected");
}

async function forget(
  { client }: Environment,
  { scenario, name }: DueRun,
  request: KubeObject | undefined,
  signal: AbortSignal,
): Promise<void> {
  const uid = request?.metadata.uid;
  const key = { namespace: scenario.key.namespace, name };
  await client.delete(resolutionRequestResource, key, uid === undefined ? {} : { uid }, signal);
}
