import { conditionTypes } from "../../../src/api/conditions.ts";
import { labels } from "../../../src/api/labels.ts";
import type { ApiObject } from "../apiserver/json.ts";
import type { CommittedWrite } from "../apiserver/write-log.ts";
import {
  candidatesOf,
  conditionOf,
  contentOf,
  entriesOf,
  labelOf,
  readList,
  stateOf,
  textOf,
  typeOf,
} from "./readings.ts";

/** A timeline that a person can read: every write, and what was remarked in between. */
export interface Story {
  readonly lines: readonly string[];
  readonly write: (write: CommittedWrite) => void;
  readonly remark: (text: string) => void;
}

/** An empty story; without `wanted` nothing is kept. */
export function createStory(now: () => number, wanted: boolean): Story {
  const lines: string[] = [];
  const tell = (text: string): void => {
    lines.push(`+${(now() / 1000).toFixed(3).padStart(9)}s ${text}`);
  };
  const remark = wanted ? tell : () => undefined;
  return { lines, remark, write: (write) => (wanted && isTold(write) ? tell(tellWrite(write)) : undefined) };
}

const untold: ReadonlySet<string> = new Set([
  "leases",
  "events",
  "taskruns",
  "namespaces",
  "customresourcedefinitions",
]);

function isTold({ plural }: CommittedWrite): boolean {
  return !untold.has(plural);
}

function tellWrite({ identity, plural, name, before, after }: CommittedWrite): string {
  const deed = before === undefined ? "creates" : after === undefined ? "removes" : "changes";
  return `${identity} ${deed} ${plural}/${name} ${tellContent(plural, before, after)}`.trimEnd();
}

function tellContent(plural: string, before: ApiObject | undefined, after: ApiObject | undefined): string {
  if (after === undefined) return "";
  switch (plural) {
    case "configmaps":
      return tellList(after);
    case "snapshots":
      return tellSnapshot(before, after);
    case "pipelineruns":
      return tellRun(before, after);
    case "releases":
      return JSON.stringify(after["spec"]);
    default:
      return after.metadata.deletionTimestamp === undefined ? "" : "(is being deleted)";
  }
}

function tellList(configMap: ApiObject): string {
  const list = readList(configMap);
  if (list === undefined) return "NONSENSE";
  const { promoted } = list;
  return `revision ${list.revision} ${textOf(candidatesOf(list))}, promoted ${promoted.snapshot ?? promoted.type} at ${promoted.revision} ${textOf(promoted.content)}`;
}

function tellSnapshot(before: ApiObject | undefined, after: ApiObject): string {
  const content = before === undefined ? `${typeOf(after)} ${textOf(contentOf(after))} ` : "";
  const entries = entriesSafely(after);
  const tests = entries === entriesSafely(before) ? "" : `[${entries}] `;
  const [was, is] = [conditionOf(before, conditionTypes.promoted), conditionOf(after, conditionTypes.promoted)];
  const told =
    is === undefined || (was?.reason === is.reason && was.message === is.message)
      ? ""
      : `Promoted ${is.status} ${is.reason}: ${is.message} `;
  const rerun = labelOf(after, labels.run);
  return `${content}${tests}${told}${rerun === undefined ? "" : `re-run ${rerun}`}`;
}

function entriesSafely(snapshot: ApiObject | undefined): string {
  try {
    return entriesOf(snapshot)
      .map(({ scenario, status, attempt = 1 }) => `${scenario}#${attempt}: ${status}`)
      .join(", ");
  } catch {
    return "unreadable";
  }
}

function tellRun(before: ApiObject | undefined, after: ApiObject): string {
  const { finalizers = [], deletionTimestamp } = after.metadata;
  const was = before?.metadata.finalizers?.length ?? 0;
  const held = finalizers.length > was ? "held" : finalizers.length < was ? "let go" : "";
  const tests = before === undefined ? `${labelOf(after, labels.scenario) ?? ""} ` : "";
  return `${tests}${stateOf(after)} ${held}${deletionTimestamp === undefined ? "" : " (is being deleted)"}`;
}
