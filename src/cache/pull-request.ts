import { createHash } from "node:crypto";
import { annotations, labels } from "../api/labels.ts";
import { present } from "../domain/present.ts";
import { isOver, pullRequestGroupName } from "../domain/pull-request-group.ts";

type Texts = Readonly<Record<string, string>>;

/** A pull-request group: its name for people, and the hash of it that labels carry. */
export interface PullRequestGroup {
  readonly name: string;
  readonly hash: string;
}

/** A pull request, as a build PipelineRun or a Snapshot names it. */
export interface PullRequest {
  readonly number: string;
  readonly repoUrl?: string;
  readonly group?: PullRequestGroup;
  /** It says of itself that the request is no longer open. */
  readonly over: boolean;
}

interface Metadata {
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** The pull request of a build PipelineRun; undefined where none is named. */
export function pullRequestOfBuild(metadata: Metadata): PullRequest | undefined {
  return pullRequestOf(metadata, {
    number: labels.pacPullRequest,
    repoUrl: annotations.pacRepoUrl,
    sourceBranch: annotations.pacSourceBranch,
    organisation: labels.pacOrganisation,
  });
}

/** The pull request of a Snapshot; undefined where none is named. */
export function pullRequestOfSnapshot(metadata: Metadata): PullRequest | undefined {
  return pullRequestOf(metadata, {
    number: labels.pullRequest,
    repoUrl: annotations.repoUrl,
    sourceBranch: annotations.sourceBranch,
    organisation: labels.organisation,
  });
}

/** The group that an object says it belongs to. */
export function saidGroup({ labels: own, annotations: said }: Metadata): PullRequestGroup | undefined {
  const name = said[annotations.pullRequestGroup];
  const hash = own[labels.pullRequestGroupHash];
  return name === undefined || hash === undefined ? undefined : { name, hash };
}

/** What names a pull request among all of a namespace: its number and its repository, or the Component where none is named. */
export function requestKey(
  namespace: string,
  { number, repoUrl }: Pick<PullRequest, "number" | "repoUrl">,
  component: string | undefined,
): string {
  const repository = repoUrl?.replace(/\/+$/, "").replace(/\.git$/, "");
  return [namespace, number, repository ?? `component ${component ?? ""}`].join("/");
}

/** What names the builds and Snapshots of one Component for one pull request. */
export function pullRequestKey(namespace: string, component: string | undefined, number: string): string {
  return [namespace, component ?? "", number].join("/");
}

/** As long as upstream's hashes: a label's value holds one character more. */
const hashLength = 62;

/** Where an object says what: builds and Snapshots have keys of their own. */
type Keys = Readonly<Record<"number" | "repoUrl" | "sourceBranch" | "organisation", string>>;

function pullRequestOf(metadata: Metadata, keys: Keys): PullRequest | undefined {
  const { labels: own, annotations: said } = metadata;
  const number = own[keys.number];
  if (number === undefined) return undefined;
  return {
    number,
    over: isOver(said[annotations.pullRequestStatus]),
    ...present({ repoUrl: said[keys.repoUrl], group: saidGroup(metadata) ?? groupByRule(metadata, keys) }),
  };
}

function groupByRule({ labels: own, annotations: said }: Metadata, keys: Keys): PullRequestGroup | undefined {
  const sourceBranch = said[keys.sourceBranch];
  const organisation = said[keys.organisation] ?? own[keys.organisation];
  const name = pullRequestGroupName(present({ sourceBranch, organisation }));
  if (name === undefined) return undefined;
  return { name, hash: createHash("sha256").update(name).digest("hex").slice(0, hashLength) };
}
