/** What names the pull-request group of a build. */
export interface GroupFacts {
  /** The branch that the change comes from. */
  readonly sourceBranch?: string;
  /** The organisation that owns the repository. */
  readonly organisation?: string;
}

/** The name of the pull-request group of a build: the branch it comes from, up to an `@`. Branches of one name in several
 * repositories are one change in several parts. A fork's `main` is nobody's common change, so the organisation is added to
 * it. Undefined when no branch is named. */
export function pullRequestGroupName({ sourceBranch, organisation }: GroupFacts): string | undefined {
  if (sourceBranch === undefined || sourceBranch === "") return undefined;
  const isShared = sourceBranch === "main" || (sourceBranch === "master" && organisation !== undefined);
  const [name] = (isShared ? `${sourceBranch}-${organisation ?? ""}` : sourceBranch).split("@");
  return name === "" ? undefined : name;
}

/** The words that say a request is over. */
const closed: ReadonlySet<string> = new Set(["merged", "closed"]);

/** Whether what an object says about its pull request means that it is no longer open. */
export function isOver(status: string | undefined): boolean {
  return status !== undefined && closed.has(status);
}
