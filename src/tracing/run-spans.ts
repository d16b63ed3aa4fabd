import { annotations } from "../api/labels.ts";
import { listOf, timeOf, type RawPipelineRun } from "../tekton/pipeline-run.ts";

/** A span as it is to be sent. Times are milliseconds since the epoch. */
export interface SpanFacts {
  readonly name: "waitDuration" | "executeDuration";
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** What the run carries of the trace it belongs to, by W3C's names; empty where it belongs to none. */
  readonly parent: Readonly<Record<string, string>>;
}

/** Which labels of a run say what it does, and for whom; "" leaves that attribute out. */
export interface TracingLabels {
  readonly action: string;
  readonly application: string;
  readonly component: string;
}

/** The spans of a run that has ended: how long it waited, and how long it took. None of one that has not, or whose times make
 * no sense. Names and attributes are upstream's. */
export function spansOf(run: RawPipelineRun, labels: TracingLabels): readonly SpanFacts[] {
  const { metadata, status } = run;
  const [created, started, completed] = [metadata.creationTimestamp, status?.startTime, status?.completionTime].map(
    timeOf,
  );
  if (created === undefined || started === undefined || completed === undefined) return [];
  const parent = carrierOf(metadata.annotations?.[annotations.spanContext]);
  const common = commonAttributes(run, labels);
  const spans: readonly SpanFacts[] = [
    { name: "waitDuration", start: created, end: started, attributes: common, parent },
    {
      name: "executeDuration",
      start: started,
      end: completed,
      attributes: { ...common, ...outcomeAttributes(run) },
      parent,
    },
  ];
  return spans.filter(({ start, end }) => end >= start);
}

function commonAttributes({ metadata }: RawPipelineRun, labels: TracingLabels): SpanFacts["attributes"] {
  const own = metadata.labels ?? {};
  const named: readonly (readonly [attribute: string, value: string | undefined])[] = [
    ["namespace", metadata.namespace],
    ["pipelinerun", metadata.name],
    ["delivery.tekton.dev.pipelinerun_uid", metadata.uid],
    ["cicd.pipeline.action.name", own[labels.action]],
    ["delivery.tekton.dev.application", own[labels.application]],
    ["delivery.tekton.dev.component", own[labels.component]],
  ];
  return Object.fromEntries(named.filter((each): each is [string, string] => Boolean(each[1])));
}

function outcomeAttributes({ status }: RawPipelineRun): SpanFacts["attributes"] {
  const condition = listOf(status?.conditions).find((each) => each?.type === "Succeeded");
  if (!condition) return {};
  if (condition.status === "True") return { "cicd.pipeline.result": "success" };
  const { message } = condition;
  return {
    "cicd.pipeline.result": results[condition.reason ?? ""] ?? "error",
    ...(message ? { "delivery.tekton.dev.result_message": shortened(message) } : {}),
  };
}

const results: Readonly<Record<string, string>> = {
  Failed: "failure",
  PipelineRunTimeout: "timeout",
  Cancelled: "cancellation",
  CancelledRunningFinally: "cancellation",
};

const messageMaxBytes = 1024;
const cutMark = "...[truncated]";

/** A message of at most so many bytes, cut between characters. */
function shortened(message: string): string {
  const bytes = Buffer.from(message, "utf8");
  if (bytes.length <= messageMaxBytes) return message;
  const decoder = new TextDecoder("utf-8", { fatal: false });
  // In stream mode, a character that was cut in two is held back.
  return decoder.decode(bytes.subarray(0, messageMaxBytes - cutMark.length), { stream: true }) + cutMark;
}

function carrierOf(annotation: string | undefined): SpanFacts["parent"] {
  try {
    const carrier: unknown = JSON.parse(annotation ?? "{}");
    const entries = Object.entries(typeof carrier === "object" && carrier !== null ? carrier : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    // Somebody's text: the spans then begin a trace of their own.
    return {};
  }
}
