import { assets } from "./assets.ts";
import { built } from "./built.ts";
import type { ControlPlane, Provider, StartOptions } from "./control-plane.ts";
import { k3s } from "./k3s.ts";
import { ownKubeconfig } from "./own-kubeconfig.ts";

export type { ControlPlane, Provider, StartOptions } from "./control-plane.ts";

/** The environment variable that names the provider where the caller does not. */
export const providerVariable = "INTEGRATION_TEST_CONTROL_PLANE";

// The fastest way comes first. A user's own cluster is not in this list: tests
// create and delete objects, so they must never reach one by accident.
const automatic: readonly Provider[] = [assets, built, k3s];
const all: readonly Provider[] = [...automatic, ownKubeconfig];

/** Starts a control plane with the named provider, or else with the first one that works on this machine. */
export async function startControlPlane(
  options: StartOptions & { readonly provider?: string | undefined } = {},
): Promise<ControlPlane> {
  const name = options.provider ?? process.env[providerVariable];
  if (name !== undefined && name !== "") {
    return startNamed(name, options);
  }
  const found = await findProvider(options);
  if (typeof found === "string") throw new Error(found);
  return found.start(options);
}

/** The first provider that works on this machine, or why none does. */
export async function findProvider(options: StartOptions = {}): Promise<Provider | string> {
  const reasons: string[] = [];
  for (const provider of automatic) {
    const reason = await provider.available(options);
    if (reason === undefined) return provider;
    reasons.push(`  ${provider.name}: ${provider.hint} (${reason})`);
  }
  return [
    "Found no way to run a Kubernetes API server for tests. Any one of these is enough:",
    ...reasons,
    `  ${ownKubeconfig.name}: ${ownKubeconfig.hint}`,
  ].join("\n");
}

async function startNamed(name: string, options: StartOptions): Promise<ControlPlane> {
  const provider = all.find((candidate) => candidate.name === name);
  if (provider === undefined) {
    const names = all.map((candidate) => candidate.name).join(", ");
    throw new Error(`There is no control plane provider "${name}"; the providers are: ${names}.`);
  }
  const reason = await provider.available(options);
  if (reason !== undefined) {
    throw new Error(`The control plane provider "${name}" cannot be used: ${reason}. To use it, ${provider.hint}.`);
  }
  return provider.start(options);
}
