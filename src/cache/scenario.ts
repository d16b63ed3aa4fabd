import type { IntegrationTestScenario } from "../api/integration-test-scenario.ts";
import { finalizers, labels } from "../api/labels.ts";
import { resolverRefOf } from "../api/resolver-ref.ts";
import type { Owner } from "../domain/owner.ts";
import type { ScenarioFacts } from "../domain/plan-test-runs.ts";
import type { Condition } from "../kube/conditions.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { createdAt, identityOf } from "./identity.ts";
import { ownerIndex, ownerOf } from "./owner.ts";

/** An IntegrationTestScenario: what the plan needs to know, and what its runs are made from. */
export interface ScenarioRecord extends CachedObject {
  readonly owner: Owner;
  readonly deleting: boolean;
  readonly facts: ScenarioFacts;
  readonly createdAt: number;
  readonly resolver: string;
  /** It names no pipeline to run but a PipelineRun to make a test run from. */
  readonly fetchesRun: boolean;
  readonly resolverParams: readonly { readonly name: string; readonly value: string }[];
  readonly params: readonly { readonly name: string; readonly value?: string; readonly values?: readonly string[] }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  /** The finalizer that old releases of upstream put on it. */
  readonly held: boolean;
  readonly conditions: readonly Condition[];
}

/** What is kept of an IntegrationTestScenario. */
export function projectScenario(raw: KubeObject): ScenarioRecord {
  const { metadata, spec, status } = raw as IntegrationTestScenario;
  const resolverRef = resolverRefOf(spec ?? {});
  const problem = scenarioProblem(resolverRef);
  return {
    ...identityOf(raw),
    owner: ownerOf(metadata.namespace ?? "", spec),
    deleting: metadata.deletionTimestamp !== undefined,
    facts: {
      name: metadata.name,
      optional: metadata.labels?.[labels.optional] === "true",
      contexts: (spec?.contexts ?? []).map(({ name }) => name),
      ...(problem === undefined ? {} : { problem }),
    },
    createdAt: createdAt(raw),
    resolver: resolverRef?.resolver ?? "",
    fetchesRun: resolverRef?.resourceKind?.toLowerCase() === "pipelinerun",
    resolverParams: resolverRef?.params ?? [],
    params: spec?.params ?? [],
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    owners: metadata.ownerReferences ?? [],
    finalizers: metadata.finalizers ?? [],
    held: metadata.finalizers?.includes(finalizers.scenario) ?? false,
    conditions: (status?.conditions ?? []) as readonly Condition[],
  };
}

/** How scenarios are found. */
export const scenarioIndexes = {
  byOwner: ({ owner, deleting }: ScenarioRecord): readonly string[] =>
    owner.name === "" || deleting ? [] : [ownerIndex(owner)],
};

function scenarioProblem(ref: ReturnType<typeof resolverRefOf>): string | undefined {
  if (ref === undefined) return "it names no pipeline: set spec.resolverRef";
  if ((ref.resolver ?? "").trim() === "") return "spec.resolverRef.resolver is empty";
  const kind = ref.resourceKind ?? "";
  if (!["", "pipeline", "pipelinerun"].includes(kind.toLowerCase()))
    return `unrecognized resolver type '${kind}': spec.resolverRef.resourceKind can only be pipeline or pipelinerun`;
  const unnamed = (ref.params ?? []).some(({ name }) => name.trim() === "");
  return unnamed ? "a parameter in spec.resolverRef.params has no name" : undefined;
}
