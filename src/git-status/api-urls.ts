import type { GitProvider, GitTarget } from "../domain/git-target.ts";

/** Where a provider's API begins, from the address that a person gave, or else from the repository's; a problem if a token must
 * not be sent there. */
export function apiUrlOf(
  { provider, origin }: Pick<GitTarget, "provider" | "origin">,
  given?: string,
): { readonly url: string } | { readonly problem: string } {
  const base = parse(given ?? origin);
  if (base === undefined) return { problem: `${given ?? origin} is no address` };
  if (!isPrivate(base)) return { problem: `${base.origin} is not https, so a token must not be sent there` };
  return { url: withApiPath(base, provider) };
}

/** Whether the App's GitHub is where a repository is. Its proof of identity must go nowhere else. */
export function belongsToGitHub(apiUrl: string, { origin }: Pick<GitTarget, "origin">): boolean {
  const [api, repository] = [parse(apiUrl), parse(origin)];
  if (api === undefined || repository === undefined) return false;
  return api.host === "api.github.com" ? repository.host === "github.com" : api.host === repository.host;
}

/** Whether what is sent there can be read by nobody on the way: encrypted, or not leaving this machine. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname));
}

const apiPaths: Readonly<Record<GitProvider, string>> = { github: "/api/v3", gitlab: "/api/v4", forgejo: "/api/v1" };

function withApiPath(base: URL, provider: GitProvider): string {
  if (provider === "github" && ["github.com", "api.github.com"].includes(base.host)) return "https://api.github.com";
  const path = base.pathname.replace(/\/+$/, "");
  return base.origin + (path.endsWith(apiPaths[provider]) ? path : path + apiPaths[provider]);
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
