import { annotations, labels } from "../../api/labels.ts";
import { buildOrderOf } from "../../cache/build-order.ts";
import type { ComponentRecord } from "../../cache/component.ts";
import { inNamespace } from "../../cache/identity.ts";
import { buildOwners, findOwner, graphOf, membersOf } from "../../cache/membership.ts";
import { ownerIndex, type OwnerRecord } from "../../cache/owner.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import { openCandidateList } from "../../candidate-list/open.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { labelValue } from "../../domain/names.ts";
import type { Owner } from "../../domain/owner.ts";
import type { BuildFacts, BuildOwner, BuildWorld } from "../../domain/plan-build.ts";
import type { ScenarioFacts } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { TestGraph } from "../../domain/test-order.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import type { Environment } from "../environment.ts";

/** Everything about a build that deciding and acting need. */
export interface GatheredBuild {
  readonly build: BuildRecord;
  readonly facts: BuildFacts;
  readonly world: BuildWorld;
  readonly owners: readonly GatheredOwner[];
}

/** What a build's image is for: the Component's Application or, of a build with a version, each ComponentGroup with it. */
export interface GatheredOwner extends BuildOwner {
  readonly record?: OwnerRecord;
  /** Why its candidate list cannot be read, if it cannot. */
  readonly unreadable?: string;
  readonly listRevision: number;
  readonly scenarios: readonly ScenarioFacts[];
  readonly graph: TestGraph;
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
  const facts = factsOf(build, component);
  const owners = await settleAll(
    buildOwners(caches, component, facts.version).map((owner) => gatherOwner(env, build, owner, options)),
  );
  const existing = caches.snapshots.byIndex("byBuild", inNamespace(key.namespace, labelValue(key.name)));
  return {
    build,
    facts,
    world: {
      build: facts,
      ...present({ component: component && { name: component.key.name } }),
      owners,
      existing: existing.map(({ owner, key: { name } }) => ({ owner, name })),
      requireSignature: options.requireSignature,
    },
    owners,
  };
}

async function gatherOwner(
  env: Environment,
  build: BuildRecord,
  owner: Owner,
  { signal }: { readonly signal: AbortSignal },
): Promise<GatheredOwner> {
  const { caches } = env;
  const record = findOwner(caches, owner);
  const list = await readList(env, build, record && owner, signal);
  return {
    owner,
    exists: record !== undefined,
    components: membersOf(caches, owner),
    candidates: list.candidates,
    listRevision: list.revision,
    scenarios: caches.scenarios.byIndex("byOwner", ownerIndex(owner)).map((scenario) => scenario.facts),
    graph: graphOf(caches, owner),
    ...present({ record, unreadable: list.unreadable }),
  };
}

interface List extends Pick<CandidateList, "candidates" | "revision"> {
  readonly unreadable?: string;
}

/** The candidate list, for a build that still needs it. */
async function readList(
  { caches, client, clock }: Environment,
  build: BuildRecord,
  owner: Owner | undefined,
  signal: AbortSignal,
): Promise<List> {
  const none = { candidates: new Map(), revision: 0 };
  if (owner === undefined || build.state !== "succeeded" || build.snapshot !== undefined) return none;
  const opened = await openCandidateList({ caches, client, now: () => clock.now() }, owner, signal);
  if (opened.kind === "list") return opened.list;
  return { ...none, unreadable: `ConfigMap ${opened.configMap.name} is unreadable: ${opened.problem}` };
}

function factsOf(build: BuildRecord, component: ComponentRecord | undefined): BuildFacts {
  const version = build.annotations[annotations.version] || undefined;
  const versioned = component?.versions.find(({ name }) => name === version);
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
      context: build.annotations[annotations.context] || versioned?.context || component?.context,
      version,
    }),
  };
}
