import { Counter, Gauge, type Registry } from "prom-client";

/** How an attempt to tell a git provider ended. */
export type ReportResult = "reported" | "throttled" | "unavailable" | "rejected";

/** What is measured of reports to git. */
export interface GitStatusMetrics {
  attempted(provider: string, result: ReportResult, count: number): void;
  setAppAvailable(available: boolean): void;
}

/** The metrics of reports to git, in a registry. The gauge has upstream's name. */
export function createGitStatusMetrics(registry: Registry): GitStatusMetrics {
  const registers = [registry];
  const reports = new Counter({
    name: "integration_svc_git_reports_total",
    help: "States of scenarios reported to git providers, and attempts that failed",
    labelNames: ["provider", "result"],
    registers,
  });
  const available = new Gauge({
    name: "redhat_appstudio_integrationservice_global_github_app_available",
    help: "1 while GitHub knows the App whose credentials are in the Secret",
    registers,
  });
  return {
    attempted: (provider, result, count) => reports.inc({ provider, result }, count),
    setAppAvailable: (isAvailable) => available.set(isAvailable ? 1 : 0),
  };
}
