import type { GitTarget } from "../../domain/git-target.ts";
import type { ProviderCall } from "../provider-http.ts";

/** Headers of every call to GitHub. */
export function gitHubHeaders(token: string): ProviderCall["headers"] {
  return {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "x-github-api-version": "2022-11-28",
  };
}

/** The path of a repository. */
export function gitHubRepository({ path }: Pick<GitTarget, "path">): string {
  const [owner = "", name = ""] = path.split("/");
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** The host that a call goes to, for messages. */
export function hostOf(apiUrl: string): string {
  return new URL(apiUrl).host;
}
