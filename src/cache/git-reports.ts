import { gitReporterStatusSchema } from "../api/git-reporter-status.ts";
import { annotations, labels, prefixes } from "../api/labels.ts";
import type { TargetFacts } from "../domain/git-target.ts";
import type { Reported } from "../domain/plan-git-report.ts";
import { present } from "../domain/present.ts";
import type { KubeObject } from "../kube/object.ts";

/** Reads what was reported to git. What cannot be read was not reported: to report twice does no harm. */
export function parseReported(annotation: string | undefined): Reported {
  const parsed = gitReporterStatusSchema.safeParse(parseJson(annotation ?? ""));
  if (!parsed.success) return new Map();
  return new Map(Object.entries(parsed.data.scenarios).map(([key, { lastUpdateTime }]) => [key, lastUpdateTime]));
}

/** Writes it. */
export function formatReported(reported: Reported): string {
  const scenarios = Object.fromEntries([...reported].map(([key, lastUpdateTime]) => [key, { lastUpdateTime }]));
  return JSON.stringify({ scenarios });
}

/** What a Snapshot says of the event behind it, as labels or as annotations. */
export function targetFactsOf({ metadata }: Pick<KubeObject, "metadata">): TargetFacts {
  const say = (key: string): string | undefined => metadata.annotations?.[key] ?? metadata.labels?.[key];
  return present({
    provider: say(annotations.gitProvider),
    repoUrl: say(annotations.repoUrl),
    sourceRepoUrl: say(annotations.sourceRepoUrl),
    sha: say(labels.sha),
    pullRequest: say(labels.pullRequest),
    installation: say(annotations.installationId),
    sourceProject: say(annotations.sourceProjectId),
    targetProject: say(annotations.targetProjectId),
  });
}

/** The same of a build, which says it under the keys that Pipelines-as-Code writes. */
export function buildTargetFactsOf(build: {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}): TargetFacts {
  const metadata = { name: "", labels: copied(build.labels), annotations: copied(build.annotations) };
  return targetFactsOf({ metadata });
}

function copied(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { pipelinesAsCode: from, pipelinesAsCodeCopy: to } = prefixes;
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) => (key.startsWith(from) ? [[to + key.slice(from.length), text]] : [])),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Absent, or somebody's edit.
    return undefined;
  }
}
