import { annotations, labels } from "../../../src/api/labels.ts";
import { parseCandidateList, type ConfigMap } from "../../../src/cache/candidate-list.ts";
import type { Condition } from "../../../src/kube/conditions.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

type Texts = Readonly<Record<string, string>>;

/** A Snapshot as a person would look at it. */
export interface SnapshotView {
  readonly name: string;
  readonly type: string;
  readonly build: string;
  readonly images: Texts;
  /** Scenario → its entry in the status annotation. */
  readonly tests: Readonly<Record<string, Texts>>;
  /** Of the condition Promoted: "True Promoted"; "" while it says nothing. */
  readonly promoted: string;
  readonly message: string;
  readonly raw: RawSnapshot;
}

export interface RawSnapshot extends KubeObject {
  readonly spec: {
    readonly application: string;
    readonly components: readonly { readonly name: string; readonly containerImage: string; readonly source: object }[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly candidateList?: { readonly revision?: number; readonly composite?: string };
  };
}

/** The candidate list as its ConfigMap has it. */
export interface ListView {
  readonly revision: number;
  /** Component → image. */
  readonly candidates: Texts;
  readonly promoted: { readonly snapshot: string; readonly revision: number; readonly images: Texts };
}

export interface ReleaseView {
  readonly name: string;
  readonly snapshot: string;
  readonly plan: string;
  readonly automated: boolean;
}

export function viewSnapshot(raw: RawSnapshot): SnapshotView {
  const own = raw.metadata.labels ?? {};
  const promoted = conditionOf(raw, "Promoted");
  return {
    name: raw.metadata.name,
    type: own[labels.snapshotType] ?? "",
    build: own[labels.buildPipelineRun] ?? "",
    images: Object.fromEntries(raw.spec.components.map(({ name, containerImage }) => [name, containerImage])),
    tests: testsOf(raw.metadata.annotations?.[annotations.testStatus]),
    promoted: promoted === undefined ? "" : `${promoted.status} ${promoted.reason}`,
    message: promoted?.message ?? "",
    raw,
  };
}

/** A condition of any object that has conditions. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const { status } = object as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return status?.conditions?.find((condition) => condition.type === type);
}

export function viewList(configMap: KubeObject | undefined): ListView | undefined {
  const parsed = configMap && parseCandidateList((configMap as ConfigMap).data ?? {});
  if (parsed?.kind !== "list") return undefined;
  const { revision, candidates, ledger } = parsed.list;
  return {
    revision,
    candidates: imagesOf(candidates),
    promoted: { snapshot: ledger.snapshot ?? "", revision: ledger.revision, images: imagesOf(ledger.content) },
  };
}

export function viewRelease(raw: KubeObject): ReleaseView {
  const { spec, status } = raw as KubeObject & {
    readonly spec: { readonly snapshot: string; readonly releasePlan: string };
    readonly status?: { readonly automated?: boolean };
  };
  return {
    name: raw.metadata.name,
    snapshot: spec.snapshot,
    plan: spec.releasePlan,
    automated: status?.automated === true,
  };
}

function testsOf(annotation: string | undefined): SnapshotView["tests"] {
  const list: unknown = annotation?.startsWith("[") === true && annotation.endsWith("]") ? JSON.parse(annotation) : [];
  return Object.fromEntries((list as readonly Texts[]).map((entry) => [entry["scenario"], entry]));
}

function imagesOf(content: ReadonlyMap<string, { readonly image: string }>): Texts {
  return Object.fromEntries([...content.keys()].toSorted().map((name) => [name, content.get(name)!.image]));
}
