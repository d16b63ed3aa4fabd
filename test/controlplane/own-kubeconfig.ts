import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { runToEnd } from "./child.ts";
import type { Provider, StartOptions } from "./control-plane.ts";

/** A cluster that the user already has. It is only ever used when asked for by name, and never stopped. */
export const ownKubeconfig: Provider = {
  name: "kubeconfig",
  hint: "set INTEGRATION_TEST_CONTROL_PLANE=kubeconfig to use the cluster of $KUBECONFIG or ~/.kube/config; tests create and delete objects there",
  async available(options) {
    const path = kubeconfigPath(options);
    return access(path).then(
      () => undefined,
      () => `there is no readable file ${path}`,
    );
  },
  async start(options) {
    for (const option of ["dataDir", "port", "auditLog"] as const) {
      if (options[option] !== undefined) {
        throw new Error(`The option ${option} has no meaning for a cluster that is already there.`);
      }
    }
    const kubeconfig = kubeconfigPath(options);
    return {
      provider: "kubeconfig",
      kubeconfig,
      version: await serverVersion(kubeconfig),
      stop: () => Promise.resolve(),
    };
  },
};

function kubeconfigPath(options: StartOptions): string {
  // The variable may list several files; only kubectl merges them, so the first one counts here.
  const fromEnvironment = (process.env["KUBECONFIG"] ?? "").split(delimiter).find((path) => path !== "");
  return options.kubeconfig ?? fromEnvironment ?? join(homedir(), ".kube", "config");
}

/**
 * Asks the cluster for its version, which also proves that it answers.
 *
 * This goes through kubectl, because a user's kubeconfig may use any of its
 * ways to log in.
 */
async function serverVersion(kubeconfig: string): Promise<string> {
  const output = await runToEnd({
    name: "kubectl version",
    command: "kubectl",
    args: ["--kubeconfig", kubeconfig, "--request-timeout=10s", "get", "--raw", "/version"],
    limitMs: 30_000,
  });
  const version: unknown = JSON.parse(output);
  if (
    typeof version === "object" &&
    version !== null &&
    "gitVersion" in version &&
    typeof version.gitVersion === "string"
  ) {
    return version.gitVersion;
  }
  throw new Error(`The cluster of ${kubeconfig} answered an unexpected version: ${output}`);
}
