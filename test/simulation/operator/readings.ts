import { annotations, labels } from "../../../src/api/labels.ts";
import type { ApiObject } from "../apiserver/json.ts";
import { objectOf, textOf as textOfJson } from "../apiserver/json.ts";
import { shortOf } from "./manifests.ts";

/** Component → image. */
export type Content = ReadonlyMap<string, string>;

/** A candidate list as its ConfigMap has it, read without the operator's own reader. */
export interface ListReading {
  readonly revision: number;
  readonly promoted: {
    readonly snapshot: string | undefined;
    readonly type: string;
    readonly revision: number;
    readonly content: Content;
  };
  readonly candidates: ReadonlyMap<string, CandidateReading>;
  /** The Snapshots of the last commit. */
  readonly committed: readonly string[];
}

export interface CandidateReading {
  readonly image: string;
  readonly snapshot: string | undefined;
  readonly revision: number;
  /** The build that new ones are measured against. */
  readonly build: string | undefined;
}

const ledgerKey = "_ledger";

/** Reads a candidate list; undefined when it is nonsense. */
export function readList(configMap: ApiObject): ListReading | undefined {
  try {
    const data = objectOf(configMap["data"]) as Record<string, string>;
    const ledger = JSON.parse(data[ledgerKey] ?? "") as {
      revision: number;
      promoted: { snapshot?: string; type: string; revision: number; content: Record<string, string> };
      committed: readonly { snapshot: string }[];
    };
    const { promoted, committed } = ledger;
    const entries = Object.entries(data).filter(([key]) => key !== ledgerKey);
    return {
      revision: ledger.revision,
      committed: committed.map(({ snapshot }) => snapshot),
      promoted: {
        snapshot: promoted.snapshot,
        type: promoted.type,
        revision: promoted.revision,
        content: new Map(Object.entries(promoted.content)),
      },
      candidates: new Map(
        entries.map(([component, text]) => {
          const { image, snapshot, revision, build } = JSON.parse(text) as {
            image: string;
            snapshot?: string;
            revision: number;
            build?: { pipelineRun: string };
          };
          if (typeof image !== "string" || typeof revision !== "number") throw new TypeError("no candidate");
          // A key of the ConfigMap cannot hold the mark before a version.
          return [component.replace("_", "@"), { image, snapshot, revision, build: build?.pipelineRun }];
        }),
      ),
    };
  } catch {
    return undefined;
  }
}

/** What the candidate list holds. */
export function candidatesOf(list: ListReading): Content {
  return new Map([...list.candidates].map(([component, { image }]) => [component, image]));
}

/** What a Snapshot holds. */
export function contentOf(snapshot: ApiObject): Content {
  const components = (objectOf(snapshot["spec"])["components"] ?? []) as unknown as readonly {
    readonly name: string;
    readonly version?: string;
    readonly containerImage: string;
  }[];
  return new Map(
    components.map(({ name, version, containerImage }) => [
      version === undefined ? name : `${name}@${version}`,
      containerImage,
    ]),
  );
}

/** A content in one line, for comparing and for people. */
export function textOf(content: Content): string {
  return `{${[...content]
    .map(([, image]) => shortOf(image))
    .toSorted()
    .join(" ")}}`;
}

export function labelOf(object: ApiObject | undefined, key: string): string | undefined {
  return object?.metadata.labels?.[key];
}

export function typeOf(snapshot: ApiObject): string {
  return labelOf(snapshot, labels.snapshotType) ?? "";
}

export interface ConditionReading {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function conditionOf(object: ApiObject | undefined, type: string): ConditionReading | undefined {
  const conditions = objectOf(object?.["status"])["conditions"];
  const found = (Array.isArray(conditions) ? conditions : [])
    .map(objectOf)
    .find((condition) => condition["type"] === type);
  if (found === undefined) return undefined;
  const { status, reason, message } = found;
  return { status: textOfJson(status), reason: textOfJson(reason), message: textOfJson(message) };
}

/** An entry of the status annotation. */
export interface EntryReading {
  readonly scenario: string;
  readonly status: string;
  readonly testPipelineRunName?: string;
  readonly attempt?: number;
}

export function entriesOf(snapshot: ApiObject | undefined): readonly EntryReading[] {
  const text = snapshot?.metadata.annotations?.[annotations.testStatus];
  return text === undefined ? [] : (JSON.parse(text) as readonly EntryReading[]);
}

/** A build that a group Snapshot puts together with others. */
export interface MemberReading {
  readonly component: string;
  readonly buildPipelineRun: string;
  readonly snapshot: string;
}

/** The builds that a group Snapshot says it was made from. */
export function membersOf(snapshot: ApiObject): readonly MemberReading[] {
  const text = snapshot.metadata.annotations?.[annotations.groupTestInfo];
  return text === undefined ? [] : (JSON.parse(text) as readonly MemberReading[]);
}

export function isFinalStatus(status: string): boolean {
  return status !== "Pending" && status !== "InProgress";
}

/** How a PipelineRun stands. */
export function stateOf(run: ApiObject): "running" | "succeeded" | "failed" {
  const status = conditionOf(run, "Succeeded")?.status;
  if (status === "True") return "succeeded";
  return status === "False" ? "failed" : "running";
}
