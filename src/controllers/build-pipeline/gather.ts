import { annotations, labels } from "../../api/labels.ts";
import { buildOrderOf } from "../../cache/build-order.ts";
import type { ApplicationRecord } from "../../cache/application.ts";
import type { ComponentRecord } from "../../cache/component.ts";
import { inNamespace } from "../../cache/identity.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import { openCandidateList } from "../../candidate-list/open.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { labelValue } from "../../domain/names.ts";
import type { BuildFacts, BuildWorld } from "../../domain/plan-build.ts";
import type { ScenarioFacts } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";

/** Everything about a build that deciding and acting need. */
export interface GatheredBuild {
  readonly build: BuildRecord;
  readonly facts: BuildFacts;
  readonly world: BuildWorld;
  /** Why the candidate list cannot be read, if it cannot. */
  readonly unreadable?: string;
  readonly application?: ApplicationRecord;
  readonly listRevision: number;
  readonly scenarios: readonly ScenarioFacts[];
}

/** Looks a build up in the caches; undefined when it is gone or no build. */
export async function gather(
  env: Environment,
  key: ObjectKey,
  options: { readonly requireSignature: boolean; readonly signal: AbortSignal },
): Promise<GatheredBuild | undefined> {
  const { caches } = env;
  const build = caches.pipelineRuns.get(key);
  if (build?.type !== "build") return undefined;
  const component =
    build.component === undefined
      ? undefined
      : caches.components.get({ namespace: key.namespace, name: build.component });
  const application = component && caches.applications.get({ namespace: key.namespace, name: component.application });
  const list = await readList(env, build, application, options.signal);
  const index = inNamespace(key.namespace, component?.application ?? "");
  const [existing] = caches.snapshots.byIndex("byBuild", inNamespace(key.namespace, labelValue(key.name)));
  const facts = factsOf(build, component);
  return {
    build,
    facts,
    world: {
      build: facts,
      ...present({
        component: component && { name: component.key.name, application: component.application },
        existingSnapshot: existing?.key.name,
      }),
      applicationExists: application !== undefined,
      components: new Set(caches.components.byIndex("byApplication", index).map((each) => each.key.name)),
      candidates: list.candidates,
      requireSignature: options.requireSignature,
    },
    ...present({ unreadable: list.unreadable, application }),
    listRevision: list.revision,
    scenarios: caches.scenarios.byIndex("byApplication", index).map((scenario) => scenario.facts),
  };
}

interface List extends Pick<CandidateList, "candidates" | "revision"> {
  readonly unreadable?: string;
}

/** The candidate list, for a build that still needs it. */
async function readList(
  { caches, client, clock }: Environment,
  build: BuildRecord,
  application: ApplicationRecord | undefined,
  signal: AbortSignal,
): Promise<List> {
  const none = { candidates: new Map(), revision: 0 };
  if (application === undefined || build.state !== "succeeded" || build.snapshot !== undefined) return none;
  const opened = await openCandidateList({ caches, client, now: () => clock.now() }, application.key, signal);
  if (opened.kind === "list") return opened.list;
  return { ...none, unreadable: `ConfigMap ${opened.configMap.name} is unreadable: ${opened.problem}` };
}

function factsOf(build: BuildRecord, component: ComponentRecord | undefined): BuildFacts {
  return {
    name: build.key.name,
    uid: build.uid,
    state: build.state,
    deleting: build.deleting,
    held: build.held,
    signed: build.annotations[annotations.chainsSigned] !== undefined,
    order: buildOrderOf(build),
    results: build.results,
    ...present({
      snapshot: build.snapshot,
      component: build.labels[labels.component],
      context: build.annotations[annotations.context] || component?.context,
    }),
  };
}
