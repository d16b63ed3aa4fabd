import { annotations, finalizers, labels, pipelineTypes, prefixes } from "../api/labels.ts";
import { labelValue } from "../domain/names.ts";
import type { KubeObject, OwnerReference } from "../kube/object.ts";
import { tektonResources } from "./pipeline-run.ts";
import { renderSnapshotParam, type SnapshotParam } from "./snapshot-param.ts";
import { composeTimeouts, type Timeouts } from "./timeouts.ts";

type Texts = Readonly<Record<string, string>>;

export interface TestRunInput {
  readonly name: string;
  readonly snapshot: {
    readonly name: string;
    readonly namespace: string;
    readonly application: string;
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
  readonly isPullRequest: boolean;
  readonly serviceAccount: string;
  readonly timeouts: Timeouts;
}

/** The PipelineRun that tests a Snapshot with a scenario. */
export function renderTestRun(input: TestRunInput): KubeObject & { readonly spec: object } {
  const { name, snapshot, scenario } = input;
  return {
    apiVersion: `${tektonResources.pipelineRun.group}/${tektonResources.pipelineRun.version}`,
    kind: tektonResources.pipelineRun.kind,
    metadata: {
      name,
      namespace: snapshot.namespace,
      labels: runLabels(input),
      annotations: {
        ...matching(snapshot.annotations, isCopiedAnnotation),
        ...matching(scenario.annotations, (key) => key.includes(prefixes.appstudio)),
      },
      finalizers: [finalizers.pipelineRun],
      ownerReferences: [snapshot.owner],
    },
    spec: {
      pipelineRef: { resolver: scenario.resolver, params: resolverParams(input) },
      params: [{ name: "SNAPSHOT", value: snapshotParam(input) }, ...scenario.params.map(paramValue)],
      timeouts: composeTimeouts(
        {
          ...text("pipeline", scenario.annotations[annotations.pipelineTimeout]),
          ...text("tasks", scenario.annotations[annotations.tasksTimeout]),
          ...text("finally", scenario.annotations[annotations.finallyTimeout]),
        },
        input.timeouts,
      ),
      taskRunTemplate: { serviceAccountName: input.serviceAccount },
    },
  };
}

function runLabels({ snapshot, scenario }: TestRunInput): Texts {
  const component = snapshot.labels[labels.component];
  const optional = scenario.labels[labels.optional];
  return {
    ...matching(snapshot.labels, isCopiedLabel),
    [labels.pipelinesType]: pipelineTypes.test,
    [labels.snapshot]: labelValue(snapshot.name),
    [labels.scenario]: labelValue(scenario.name),
    [labels.application]: labelValue(snapshot.application),
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
]);

function isCopiedAnnotation(key: string): boolean {
  return !ownState.has(key) && travelling.some((prefix) => key.startsWith(prefix));
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

/** A pull request that changes the test pipeline itself is tested with its own version of it: when the scenario fetches the
 * pipeline from the repository and branch that the request goes to, the request's own repository and commit are used. */
function resolverParams({
  snapshot,
  scenario,
  isPullRequest,
}: TestRunInput): TestRunInput["scenario"]["resolverParams"] {
  const own = snapshot.annotations;
  const [target, branch, source, sha] = [
    own[annotations.repoUrl],
    own[annotations.branch],
    own[annotations.sourceRepoUrl],
    own[labels.sha],
  ];
  const params = new Map(scenario.resolverParams.map(({ name, value }) => [name, value]));
  const fromTarget = repository(params.get("url")) === repository(target) && params.get("revision") === branch;
  const isNamed = Boolean(target) && Boolean(branch);
  if (!isPullRequest || scenario.resolver !== "git" || !isNamed || !fromTarget) return scenario.resolverParams;
  return scenario.resolverParams.map((param) => {
    if (param.name === "url" && source !== undefined) return { name: "url", value: repository(source) ?? source };
    if (param.name === "revision" && sha !== undefined) return { name: "revision", value: sha };
    return param;
  });
}

function repository(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const bare = url.replace(/\/+$/, "");
  return bare.endsWith(".git") ? bare : `${bare}.git`;
}

function text<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
