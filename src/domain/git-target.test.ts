import { expect, test } from "vitest";
import { isSameRepository, readGitTarget, type TargetFacts } from "./git-target.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";
const push: TargetFacts = { provider: "github", repoUrl: "https://github.com/acme/shop", sha };

test("a push is a commit in a repository, and a pull request has a number", () => {
  const target = {
    provider: "github",
    url: push.repoUrl,
    origin: "https://github.com",
    path: "acme/shop",
    sha,
    fromFork: false,
  };
  expect(readGitTarget(push)).toEqual({ kind: "target", target });
  expect(readGitTarget({ ...push, pullRequest: "7", installation: "4711" })).toEqual({
    kind: "target",
    target: { ...target, pullRequest: 7, installation: 4711 },
  });
});

test.each<[string, Partial<TargetFacts>, object]>([
  ["Gitea is Forgejo", { provider: "gitea" }, { provider: "forgejo" }],
  [
    "a slash and .git at the end do not matter",
    { repoUrl: "https://github.com/acme/shop.git/" },
    { path: "acme/shop" },
  ],
  ["a port belongs to the origin", { repoUrl: "https://git.example:8443/a/b" }, { origin: "https://git.example:8443" }],
  ["a fork has another owner", { sourceRepoUrl: "https://github.com/someone/shop" }, { fromFork: true }],
  ["the same owner is no fork", { sourceRepoUrl: "https://github.com/Acme/shop" }, { fromFork: false }],
  [
    "GitLab has groups in groups, and numbers of projects",
    { provider: "gitlab", repoUrl: "https://gitlab.com/a/b/c", sourceProject: "41", targetProject: "42" },
    { path: "a/b/c", projects: { source: 41, target: 42 } },
  ],
])("%s", (_, facts, target) => {
  expect(readGitTarget({ ...push, ...facts })).toMatchObject({ kind: "target", target });
});

test.each<[string, Partial<TargetFacts>, string]>([
  ["no address", { repoUrl: undefined! }, "its repo-url is not the address of a repository: "],
  ["an address of something else", { repoUrl: "ssh://git@github.com/acme/shop" }, "repo-url"],
  ["an address with credentials", { repoUrl: "https://user:pass@github.com/acme/shop" }, "repo-url"],
  ["an address that climbs", { repoUrl: "https://github.com/../app" }, "repo-url"],
  ["an address with a query", { repoUrl: "https://github.com/acme/shop?x=1" }, "repo-url"],
  ["a repository deeper than GitHub has", { repoUrl: "https://github.com/a/b/c" }, "repo-url"],
  ["no commit", { sha: undefined! }, "its sha is not a commit: "],
  ["a commit that is none", { sha: "main/../../x" }, "its sha is not a commit: main/../../x"],
  ["GitLab without projects", { provider: "gitlab" }, "source-project-id or target-project-id"],
])("%s is told as a problem", (_, facts, problem) => {
  const read = readGitTarget({ ...push, ...facts });
  expect(read.kind === "incomplete" ? read.problem : read.kind).toContain(problem);
});

test.each([undefined, "bitbucket-cloud", ""])("at %s nobody is told anything", (provider) => {
  expect(readGitTarget({ ...push, provider: provider! })).toEqual({ kind: "none" });
});

test("numbers that are none are as if absent", () => {
  const read = readGitTarget({ ...push, pullRequest: "7; drop", installation: "-1" });
  expect(read.kind === "target" && [read.target.pullRequest, read.target.installation]).toEqual([undefined, undefined]);
});

test("a repository is the same with and without .git, and no other", () => {
  expect(isSameRepository("https://github.com/acme/shop.git", "https://github.com/acme/shop/")).toBe(true);
  expect(isSameRepository("https://github.com/acme/shop", "https://github.com/acme/shop2")).toBe(false);
});
