import { createForgejoReporter } from "./forgejo.ts";
import { createGitHubApps, type GitHubApps } from "./github/app.ts";
import { createGitHubCheckReporter } from "./github/check-runs.ts";
import { createGitHubStatusReporter } from "./github/commit-status.ts";
import { createGitLabReporter } from "./gitlab.ts";
import type { ProviderHttp } from "./provider-http.ts";
import type { Access, AppCredentials, Reporting, StatusReporter, TokenAccess } from "./reporter.ts";

/** All git providers behind one door. */
export interface StatusReporters {
  open(reporting: Reporting): StatusReporter;
  /** Whether GitHub knows the App and its key. */
  isAppAvailable(apiUrl: string, app: AppCredentials, signal: AbortSignal): Promise<boolean>;
}

/** Reporters for GitHub, GitLab and Forgejo. */
export function createStatusReporters(http: ProviderHttp, now: () => number): StatusReporters {
  const apps = createGitHubApps(http, now);
  return {
    open: (reporting) => openReporter(http, apps, reporting),
    isAppAvailable: (apiUrl, app, signal) => apps.isAvailable(apiUrl, app, signal),
  };
}

function openReporter(http: ProviderHttp, apps: GitHubApps, reporting: Reporting): StatusReporter {
  const { target, access } = reporting;
  switch (target.provider) {
    case "github":
      return access.kind === "app"
        ? createGitHubCheckReporter(http, apps, { target, access })
        : createGitHubStatusReporter(http, { ...reporting, access });
    case "gitlab":
      return createGitLabReporter(http, { ...reporting, access: tokenOf(access) });
    case "forgejo":
      return createForgejoReporter(http, { ...reporting, access: tokenOf(access) });
  }
}

function tokenOf(access: Access): TokenAccess {
  if (access.kind === "token") return access;
  throw new TypeError("a GitHub App cannot report to another provider");
}
