import { annotations, labels } from "../api/labels.ts";
import type { ResolvedRef, ResolvedRun } from "./resolved-run.ts";

interface Params<P> {
  readonly resolver?: string | undefined;
  readonly params?: readonly P[] | undefined;
}

/** What to do with a reference to something in git. */
export interface GitOverride {
  /** The parameters to fetch it with; the very same ones where the reference leads elsewhere. */
  readonly paramsOf: <P extends { readonly name: string; readonly value?: unknown }>(ref: Params<P>) => readonly P[];
}

/** A pull request that changes the tests themselves is tested with its own version of them: what is fetched from the
 * repository and branch that the request goes to is fetched from the request's own repository and commit. */
export function gitOverride(isPullRequest: boolean, own: Readonly<Record<string, string>>): GitOverride {
  const target = repository(own[annotations.repoUrl]);
  const branch = own[annotations.branch] ?? "";
  const [source, sha] = [own[annotations.sourceRepoUrl], own[labels.sha]];
  const replacements = new Map([
    ["url", source && repository(source)],
    ["revision", sha],
  ]);
  const isTarget = (params: ReadonlyMap<string, unknown>): boolean =>
    repository(params.get("url")) === target && params.get("revision") === branch;
  return {
    paramsOf: ({ resolver, params = [] }) => {
      const isNamed = target !== undefined && branch !== "";
      if (!isPullRequest || !isNamed || resolver !== "git") return params;
      if (!isTarget(new Map(params.map(({ name, value }) => [name, value])))) return params;
      return params.map((param) => {
        const value = replacements.get(param.name);
        return value === undefined ? param : { ...param, value };
      });
    },
  };
}

/** The same for everything that a fetched PipelineRun refers to: its pipeline, and each task of a pipeline it brings along. */
export function overrideRun(override: GitOverride, { spec, ...run }: ResolvedRun): ResolvedRun {
  const { pipelineRef, pipelineSpec } = spec;
  return {
    ...run,
    spec: {
      ...spec,
      ...(pipelineRef && { pipelineRef: overrideRef(override, pipelineRef) }),
      ...(pipelineSpec && {
        pipelineSpec: {
          ...pipelineSpec,
          ...(pipelineSpec.tasks && { tasks: overrideTasks(override, pipelineSpec.tasks) }),
          ...(pipelineSpec.finally && { finally: overrideTasks(override, pipelineSpec.finally) }),
        },
      }),
    },
  };
}

type Task = NonNullable<NonNullable<ResolvedRun["spec"]["pipelineSpec"]>["tasks"]>[number];

function overrideTasks(override: GitOverride, tasks: readonly Task[]): Task[] {
  return tasks.map((task) => (task.taskRef ? { ...task, taskRef: overrideRef(override, task.taskRef) } : task));
}

function overrideRef(override: GitOverride, ref: ResolvedRef): ResolvedRef {
  return ref.params === undefined ? ref : { ...ref, params: [...override.paramsOf(ref)] };
}

function repository(url: unknown): string | undefined {
  if (typeof url !== "string" || url === "") return undefined;
  const bare = url.replace(/\/+$/, "");
  return bare.endsWith(".git") ? bare : `${bare}.git`;
}
