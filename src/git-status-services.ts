import type { GitStatusServices } from "./controllers/git-status/services.ts";
import { createProviderHttp } from "./git-status/provider-http.ts";
import { createStatusReporters } from "./git-status/reporters.ts";
import type { Clock } from "./runtime/clock.ts";

/** What reporting to git needs of the world outside, and how to let go of it. */
export interface OpenedGitStatus extends Pick<GitStatusServices, "settings" | "reporters"> {
  close(): Promise<void>;
}

/** Opens the way to git providers; nothing is sent yet. */
export function openGitStatus(settings: GitStatusServices["settings"], clock: Clock): OpenedGitStatus {
  const now = (): number => clock.now();
  const http = createProviderHttp({ timing: clock, now, userAgent: "integration-service" });
  return { settings, reporters: createStatusReporters(http, now), close: () => http.close() };
}
