import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider } from "./control-plane.ts";
import { within } from "./child.ts";
import { removeDirectory, temporaryDirectory } from "./temporary.ts";

const image = process.env["INTEGRATION_TEST_K3S_IMAGE"] ?? "rancher/k3s:v1.35.5-k3s1";
const engineLimitMs = 15_000;
// Pulling the image over a slow line takes most of this.
const startLimitMs = 10 * 60_000;

/** K3s in a container, where a container engine answers. */
export const k3s: Provider = {
  name: "k3s",
  hint: "have a container engine that testcontainers finds, such as Docker",
  async available() {
    try {
      // The package is only loaded here, so that the other providers work where it is not installed.
      const { getContainerRuntimeClient } = await import("testcontainers");
      await within(getContainerRuntimeClient(), engineLimitMs, () => "the container engine does not answer");
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
  async start(options) {
    for (const option of ["dataDir", "port", "auditLog"] as const) {
      if (options[option] !== undefined) {
        throw new Error(`The control plane provider "k3s" does not support the option ${option}.`);
      }
    }
    const { K3sContainer } = await import("@testcontainers/k3s");
    options.log?.(`control plane: starting ${image}`);
    const container = await within(
      // Only the API server is needed, so the parts that would run pods stay off.
      new K3sContainer(image)
        .withCommand(["server", "--disable=traefik,servicelb,metrics-server,local-storage,coredns"])
        .start(),
      startLimitMs,
      () => `K3s was not ready within ${startLimitMs / 1000} s.`,
    );
    const directory = await temporaryDirectory();
    const stop = async (): Promise<void> => {
      await container.stop();
      await removeDirectory(directory);
    };
    try {
      const kubeconfig = join(directory, "kubeconfig");
      await writeFile(kubeconfig, container.getKubeConfig(), { mode: 0o600 });
      const { output } = await container.exec(["k3s", "--version"]);
      const version = /v\d+\.\d+\.\d+\S*/.exec(output)?.[0] ?? "unknown";
      return { provider: "k3s", kubeconfig, version, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
