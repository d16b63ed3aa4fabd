import { annotations, finalizers, labels, pipelineTypes, prefixes } from "../api/labels.ts";
import { consoleUrl } from "../domain/console-url.ts";
import { labelValue } from "../domain/names.ts";
import { present } from "../domain/present.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import { gitOverride, overrideRun } from "./git-override.ts";
import { tektonResources } from "./pipeline-run.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import { renderSnapshotParam, type SnapshotParam } from "./snapshot-param.ts";
import { composeTimeouts, type Timeouts } from "./timeouts.ts";

type Texts = Readonly<Record<string, string>>;

export interface TestRunInput {
  readonly name: string;
  readonly snapshot: {
    readonly name: string;
    readonly namespace: string;
    /** The label that says which Application or ComponentGroup it belongs to. */
    readonly ownerLabel: Texts;
    readonly labels: Texts;
    readonly annotations: Texts;
    readonly spec: SnapshotParam;
    readonly owner: OwnerReference;
  };
  readonly scenario: {
    readonly name: string;
    readonly labels: Texts;
    readonly annotations: Texts;
    readonly resolver: string;
    readonly resolverParams: readonly { readonly name: string; readonly value: string }[];
    readonly params: readonly { readonly name: string; readonly value?: string; readonly values?: readonly string[] }[];
  };
  /** The PipelineRun that the scenario fetched, where it is one and no pipeline that it runs. */
  readonly fetched?: ResolvedRun;
  readonly isPullRequest: boolean;
  readonly serviceAccount: string;
  readonly timeouts: Timeouts;
  /** Where people look at runs, with placeholders. */
  readonly consoleUrl?: string;
}

/** The PipelineRun that tests a Snapshot with a scenario. */
export function renderTestRun(input: TestRunInput): KubeObject & { readonly spec: object } {
  const { name, snapshot, scenario, fetched } = input;
  return {
    apiVersion: `${tektonResources.pipelineRun.group}/${tektonResources.pipelineRun.version}`,
    kind: tektonResources.pipelineRun.kind,
    metadata: {
      name,
      namespace: snapshot.namespace,
      labels: runLabels(input),
      annotations: {
        ...fetched?.annotations,
        ...matching(snapshot.annotations, isCopiedAnnotation),
        ...matching(scenario.annotations, (key) => key.includes(prefixes.appstudio)),
        ...logUrl(input),
      },
      finalizers: [finalizers.pipelineRun],
      ownerReferences: [snapshot.owner],
    },
    spec: runSpec(input),
  };
}

/** What a fetched run asks for stays, except for what makes it a test of this Snapshot. */
function runSpec(input: TestRunInput): object {
  const { scenario, isPullRequest, snapshot } = input;
  const override = gitOverride(isPullRequest, snapshot.annotations);
  const { resolver, resolverParams } = scenario;
  const pipelineRef = { resolver, params: override.paramsOf({ resolver, params: resolverParams }) };
  const { status: _, ...asked } =
    input.fetched === undefined ? { pipelineRef, status: undefined } : overrideRun(override, input.fetched).spec;
  const template = input.fetched?.spec.taskRunTemplate;
  return {
    ...asked,
    params: runParams(input),
    timeouts: runTimeouts(input),
    taskRunTemplate: { ...template, serviceAccountName: template?.serviceAccountName || input.serviceAccount },
  };
}

/** The Snapshot, then the scenario's own; of a fetched run's, those that neither gives. */
function runParams(input: TestRunInput): readonly { readonly name: string }[] {
  const given = [{ name: "SNAPSHOT", value: snapshotParam(input) }, ...input.scenario.params.map(paramValue)];
  const names = new Set(given.map(({ name }) => name));
  return [...given, ...(input.fetched?.spec.params ?? []).filter(({ name }) => !names.has(name))];
}

function runTimeouts({ scenario, fetched, timeouts }: TestRunInput): Timeouts {
  const own = {
    pipeline: scenario.annotations[annotations.pipelineTimeout] ?? fetched?.spec.timeouts?.pipeline,
    tasks: scenario.annotations[annotations.tasksTimeout] ?? fetched?.spec.timeouts?.tasks,
    finally: scenario.annotations[annotations.finallyTimeout] ?? fetched?.spec.timeouts?.finally,
  };
  return composeTimeouts(present(own), timeouts);
}

function logUrl({ name, snapshot, consoleUrl: pattern }: TestRunInput): Texts {
  if (pattern === undefined) return {};
  return { [annotations.logUrl]: consoleUrl(pattern, { namespace: snapshot.namespace, pipelineRun: name }) };
}

function runLabels({ snapshot, scenario, fetched }: TestRunInput): Texts {
  const component = snapshot.labels[labels.component];
  const optional = scenario.labels[labels.optional];
  return {
    ...fetched?.labels,
    ...matching(snapshot.labels, isCopiedLabel),
    [labels.pipelinesType]: pipelineTypes.test,
    [labels.snapshot]: labelValue(snapshot.name),
    [labels.scenario]: labelValue(scenario.name),
    ...snapshot.ownerLabel,
    ...(component === undefined ? {} : { [labels.component]: component }),
    ...(optional === undefined ? {} : { [labels.optional]: optional }),
  };
}

const travelling: readonly string[] = [prefixes.pipelinesAsCodeCopy, prefixes.build, prefixes.test, prefixes.custom];

/** Everything about the event and the build travels on, but not the Snapshot's own state. */
function isCopiedLabel(key: string): boolean {
  return key !== labels.run && travelling.some((prefix) => key.startsWith(prefix));
}

const ownState: ReadonlySet<string> = new Set([
  annotations.testStatus,
  annotations.candidateListRevision,
  annotations.createSnapshotStatus,
  annotations.gitReporterStatus,
  annotations.gitReportingFailure,
  // The build's, which leads to another run.
  annotations.logUrl,
  annotations.updatedComponents,
  annotations.gitReporterStatus,
  annotations.gitReportingFailure,
]);

function isCopiedAnnotation(key: string): boolean {
  return key === annotations.spanContext || (!ownState.has(key) && travelling.some((prefix) => key.startsWith(prefix)));
}

function matching(texts: Texts, isWanted: (key: string) => boolean): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => isWanted(key)));
}

function snapshotParam({ snapshot, scenario }: TestRunInput): string {
  return scenario.annotations[annotations.snapshotParamAsName] === "true"
    ? snapshot.name
    : renderSnapshotParam(snapshot.spec);
}

function paramValue({ name, value, values }: TestRunInput["scenario"]["params"][number]): {
  readonly name: string;
  readonly value: string | readonly string[];
} {
  return { name, value: value || (values ?? "") };
}
