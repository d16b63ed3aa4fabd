import {
  candidateListMark,
  candidateSchema,
  ledgerKey,
  ledgerSchema,
  type CandidateEntry,
  type LedgerEntry,
} from "../api/candidate-list.ts";
import { labels } from "../api/labels.ts";
import type { Candidate, CandidateList, Content, Source } from "../domain/candidate-list.ts";
import { componentKey, readComponentKey } from "../domain/component-key.ts";
import type { BuildOrder } from "../domain/build-order.ts";
import { present } from "../domain/present.ts";
import { candidateListName } from "../domain/names.ts";
import type { Owner, OwnerKind } from "../domain/owner.ts";
import type { KubeObject, ObjectKey, Resource } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf } from "./identity.ts";
import { ownerControls, ownerLabel } from "./owner.ts";

/** Where the candidate lists are kept. */
export const configMapResource = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
} as const satisfies Resource;

/** Selects the ConfigMaps that are candidate lists. */
export const candidateListSelector = `${candidateListMark.key}=${candidateListMark.value}`;

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export type ParsedList =
  { readonly kind: "list"; readonly list: CandidateList } | { readonly kind: "unreadable"; readonly problem: string };

/** A candidate list, read. */
export interface CandidateListRecord extends CachedObject {
  readonly owner: Owner;
  readonly parsed: ParsedList;
}

/** What is kept of a candidate list's ConfigMap. */
export function projectCandidateList(raw: KubeObject): CandidateListRecord {
  return { ...identityOf(raw), owner: listOwner(raw), parsed: parseCandidateList((raw as ConfigMap).data ?? {}) };
}

/** Whose list it is: its owner reference says so, or its label where somebody made it anew by hand. */
function listOwner({ metadata }: KubeObject): Owner {
  const { namespace = "", ownerReferences = [], labels: own = {} } = metadata;
  const referenced = (kind: OwnerKind): string | undefined => ownerReferences.find((each) => each.kind === kind)?.name;
  const application = referenced("Application");
  const group = referenced("ComponentGroup") ?? (application === undefined ? own[labels.componentGroup] : undefined);
  return group === undefined
    ? { kind: "Application", namespace, name: application ?? own[labels.application] ?? "" }
    : { kind: "ComponentGroup", namespace, name: group };
}

/** The ConfigMap that holds an owner's list. */
export function candidateListKey(owner: Owner): ObjectKey {
  return { namespace: owner.namespace, name: candidateListName(owner) };
}

/** The ConfigMap of a list that has none yet. */
export function renderCandidateList(list: CandidateList, owner: Owner, uid: string): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      ...candidateListKey(owner),
      labels: { [candidateListMark.key]: candidateListMark.value, ...ownerLabel(owner) },
      ownerReferences: [ownerControls(owner, { uid })],
    },
    data: formatData(list),
  };
}

/** A Component's key as ConfigMaps can have it. Names keep what they are. Of a version, letters, digits, dots and dashes do;
 * whatever else is in it becomes its code. */
function dataKey(component: string): string {
  const { name, version } = readComponentKey(component);
  if (version === undefined) return name;
  const escaped = version.replace(
    /[^-.A-Za-z0-9]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16) ?? ""}_`,
  );
  return `${name}_${escaped}`;
}

/** The Component that a key of the ConfigMap stands for. */
function componentAt(key: string): string {
  const at = key.indexOf("_");
  if (at <= 0) return key;
  const version = key.slice(at + 1).replace(/_([0-9a-f]+)_/g, (_, code: string) => readCode(code));
  return componentKey(key.slice(0, at), version);
}

function readCode(code: string): string {
  const point = Number.parseInt(code, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : "";
}

const dataKeyLengthMax = 253;

/** Why a Component of a ComponentGroup can have no place in its candidate list; undefined when it can. */
export function dataKeyProblem(component: string): string | undefined {
  if (dataKey(component).length <= dataKeyLengthMax) return undefined;
  return `the name and the version of ${component} in spec.components are too long to be kept`;
}

/** What of the ConfigMap's data changes between two lists: what stays the same is not sent, what goes is null. */
export function changedData(before: CandidateList, after: CandidateList): Readonly<Record<string, string | null>> {
  const [old, data] = [formatData(before), formatData(after)];
  const gone = Object.keys(old).filter((key) => !Object.hasOwn(data, key));
  const changed = Object.entries(data).filter(([key, text]) => !Object.hasOwn(old, key) || old[key] !== text);
  return Object.fromEntries<string | null>([...gone.map((key) => [key, null] as const), ...changed]);
}

/** Reads a list, and says what is wrong with one that a person edited: which key, and what is the matter with it. */
export function parseCandidateList(data: Readonly<Record<string, string>>): ParsedList {
  const text = data[ledgerKey];
  if (text === undefined) return { kind: "unreadable", problem: `data["${ledgerKey}"] is missing` };
  const ledger = parseEntry(ledgerKey, text, (json) => ledgerSchema.safeParse(json));
  if (typeof ledger === "string") return { kind: "unreadable", problem: ledger };
  const candidates = new Map<string, Candidate>();
  for (const [key, entry] of Object.entries(data)) {
    if (key === ledgerKey) continue;
    const parsed = parseEntry(key, entry, (json) => candidateSchema.safeParse(json));
    if (typeof parsed === "string") return { kind: "unreadable", problem: parsed };
    candidates.set(componentAt(key), readCandidate(parsed));
  }
  return { kind: "list", list: readList(ledger, candidates) };
}

interface Issues {
  readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
}

function parseEntry<T>(
  key: string,
  text: string,
  check: (json: unknown) => { readonly success: true; readonly data: T } | ({ readonly success: false } & Issues),
): T | string {
  try {
    const checked = check(JSON.parse(text));
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    return `data["${key}"]${issue === undefined ? "" : ` at ${issue.path.map(String).join(".") || "its top"}: ${issue.message}`}`;
  } catch (error) {
    return `data["${key}"] is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function readList(ledger: LedgerEntry, candidates: ReadonlyMap<string, Candidate>): CandidateList {
  const { snapshot, type, revision, when, content } = ledger.promoted;
  const promoted: Content = new Map(Object.entries(content).map(([component, image]) => [component, { image }]));
  return {
    // A list that somebody edited may fall behind what it holds; it never counts backwards for that.
    revision: Math.max(ledger.revision, revision, ...[...candidates.values()].map((candidate) => candidate.revision)),
    candidates,
    ledger: { ...present({ snapshot }), type, revision, when: Date.parse(when), content: promoted },
    committed: ledger.committed,
  };
}

function readCandidate({ image, git, build, snapshot, since, revision }: CandidateEntry): Candidate {
  return {
    image,
    ...present({ source: git satisfies Source | undefined, build: build && readBuild(build), snapshot }),
    since: Date.parse(since),
    revision,
  };
}

function readBuild({
  pipelineRun,
  created,
  started,
  sequence,
}: NonNullable<CandidateEntry["build"]>): NonNullable<Candidate["build"]> {
  return {
    name: pipelineRun,
    createdAt: Date.parse(created),
    ...present({ startedAt: started === undefined ? undefined : Date.parse(started), sequence }),
  };
}

function formatData(list: CandidateList): Readonly<Record<string, string>> {
  const entries = [...list.candidates].map(
    ([component, candidate]) => [dataKey(component), JSON.stringify(formatCandidate(candidate))] as const,
  );
  return Object.fromEntries([...entries, [ledgerKey, JSON.stringify(formatLedger(list))]]);
}

function formatCandidate({ image, source, build, snapshot, since, revision }: Candidate): CandidateEntry {
  return {
    image,
    ...present({ git: source, build: build && formatBuild(build), snapshot }),
    since: iso(since),
    revision,
  };
}

function formatBuild({ name, createdAt, startedAt, sequence }: BuildOrder): NonNullable<CandidateEntry["build"]> {
  return {
    pipelineRun: name,
    created: iso(createdAt),
    ...present({ started: startedAt === undefined ? undefined : iso(startedAt), sequence }),
  };
}

function formatLedger({ revision, ledger, committed }: CandidateList): LedgerEntry {
  const content = Object.fromEntries([...ledger.content].map(([component, { image }]) => [component, image]));
  const { snapshot, type, revision: promotedAt, when } = ledger;
  return {
    revision,
    promoted: { ...present({ snapshot }), type, revision: promotedAt, when: iso(when), content },
    committed: [...committed],
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
