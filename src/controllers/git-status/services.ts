import type { ConsoleUrls } from "../../domain/console-url.ts";
import type { StatusReporters } from "../../git-status/reporters.ts";
import type { Random } from "../../runtime/clock.ts";
import type { GitStatusMetrics } from "./metrics.ts";

/** Where things are, as whoever runs the operator says. */
export interface GitStatusSettings {
  /** Where the Secret with the GitHub App's credentials is, and what its keys are called. */
  readonly appSecret: {
    readonly namespace: string;
    readonly name: string;
    readonly idKey: string;
    readonly privateKeyKey: string;
  };
  /** Where the API of the App's GitHub begins. */
  readonly gitHubApiUrl: string;
  /** What checks' names begin with. */
  readonly consoleName: string;
  readonly console: ConsoleUrls;
}

/** What reporting to git needs besides what every controller is given. */
export interface GitStatusServices {
  readonly settings: GitStatusSettings;
  readonly reporters: StatusReporters;
  readonly metrics: GitStatusMetrics;
  readonly random: Random;
}
