import { present } from "./present.ts";

export type GitProvider = "github" | "gitlab" | "forgejo";

/** The commit, and the pull request if there is one, that a Snapshot was built from. */
export interface GitTarget {
  readonly provider: GitProvider;
  /** Address of the repository as Pipelines-as-Code wrote it. */
  readonly url: string;
  /** Scheme, host and port of that address. */
  readonly origin: string;
  /** What follows: `owner/name`, at GitLab perhaps with more groups. */
  readonly path: string;
  readonly sha: string;
  readonly pullRequest?: number;
  /** Installation of the GitHub App through which the build was started. */
  readonly installation?: number;
  /** GitLab's numbers of the project the change comes from, and of the one it goes to. */
  readonly projects?: { readonly source: number; readonly target: number };
  /** The change comes from a repository of somebody else. */
  readonly fromFork: boolean;
}

/** What Pipelines-as-Code left on a Snapshot, or on a build. */
export interface TargetFacts {
  readonly provider?: string;
  readonly repoUrl?: string;
  readonly sourceRepoUrl?: string;
  readonly sha?: string;
  readonly pullRequest?: string;
  readonly installation?: string;
  readonly sourceProject?: string;
  readonly targetProject?: string;
}

export type ReadTarget =
  /** Nobody is to be told: it does not come from a git provider that we know. */
  | { readonly kind: "none" }
  | { readonly kind: "target"; readonly target: GitTarget }
  | { readonly kind: "incomplete"; readonly problem: string };

const providers: ReadonlyMap<string, GitProvider> = new Map([
  ["github", "github"],
  ["gitlab", "gitlab"],
  ["forgejo", "forgejo"],
  ["gitea", "forgejo"],
]);

/** Whether a git provider is to be told at all. */
export function hasGitProvider({ provider }: Pick<TargetFacts, "provider">): boolean {
  return providers.has(provider ?? "");
}

/** Where to report, from what Pipelines-as-Code said of the event. Nothing of it is believed that has not the right form. */
export function readGitTarget(facts: TargetFacts): ReadTarget {
  const provider = providers.get(facts.provider ?? "");
  if (provider === undefined) return { kind: "none" };
  const place = placeOf(facts.repoUrl, provider);
  if (place === undefined) return incomplete(`its repo-url is not the address of a repository: ${facts.repoUrl ?? ""}`);
  const { sha = "" } = facts;
  if (!/^[0-9a-f]{7,64}$/.test(sha)) return incomplete(`its sha is not a commit: ${sha}`);
  const projects = projectsOf(facts);
  if (provider === "gitlab" && projects === undefined)
    return incomplete("its source-project-id or target-project-id is missing or no number");
  const numbers = { pullRequest: numberOf(facts.pullRequest), installation: numberOf(facts.installation) };
  const fromFork = isFork(facts.sourceRepoUrl, place, provider);
  return { kind: "target", target: { provider, ...place, sha, ...present({ ...numbers, projects }), fromFork } };
}

/** Whether two addresses name the same repository. */
export function isSameRepository(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function incomplete(problem: string): ReadTarget {
  return { kind: "incomplete", problem };
}

function placeOf(
  url: string | undefined,
  provider: GitProvider,
): Pick<GitTarget, "url" | "origin" | "path"> | undefined {
  const [, origin, path = ""] = addressForm.exec(bare(url ?? "")) ?? [];
  const parts = path.split("/");
  const climbs = parts.includes(".") || parts.includes("..");
  if (origin === undefined || climbs || (provider !== "gitlab" && parts.length !== 2)) return undefined;
  return { url: url ?? "", origin, path };
}

const addressForm = /^(https?:\/\/[a-z0-9.:[\]-]+)\/([\w.-]+(?:\/[\w.-]+)+)$/i;

function projectsOf({ sourceProject, targetProject }: TargetFacts): GitTarget["projects"] {
  const [source, target] = [numberOf(sourceProject), numberOf(targetProject)];
  return source === undefined || target === undefined ? undefined : { source, target };
}

function isFork(source: string | undefined, { path }: Pick<GitTarget, "path">, provider: GitProvider): boolean {
  const from = placeOf(source, provider);
  return from !== undefined && ownerOf(from.path) !== ownerOf(path);
}

function bare(url: string): string {
  return url.replace(/\/+$/, "").replace(/\.git$/, "");
}

function ownerOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")).toLowerCase();
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
