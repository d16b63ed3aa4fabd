import type { Controller } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { createCredentials } from "./credentials.ts";
import type { GitStatusServices } from "./services.ts";

const pauseMs = 60_000;

/** Asks GitHub each minute whether it knows the App, for the metric of upstream's that says so. It is run like a controller, by
 * whoever leads; no object wakes it. */
export function createAppProbe(env: Environment, services: GitStatusServices): Controller {
  const credentials = createCredentials(env, services.settings);
  const probe = async (signal: AbortSignal): Promise<boolean> => {
    const app = await credentials.app(signal);
    return app !== undefined && services.reporters.isAppAvailable(services.settings.gitHubApiUrl, app, signal);
  };
  return {
    name: "git-status-app",
    enqueue: () => {},
    run: async (stop, abandon) => {
      const end = AbortSignal.any([stop, abandon]);
      while (!end.aborted) {
        try {
          services.metrics.setAppAvailable(await probe(end));
          await env.clock.sleep(pauseMs, end);
        } catch (err) {
          if (end.aborted) return;
          services.metrics.setAppAvailable(false);
          env.logger.warn({ err }, "the GitHub App could not be looked for");
          await env.clock.sleep(pauseMs, end).catch(() => {});
        }
      }
    },
  };
}
