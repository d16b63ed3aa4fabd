import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../src/kube/object.ts";
import { build } from "../controlplane/built.ts";
import { runToEnd } from "../controlplane/child.ts";
import { temporaryDirectory } from "../controlplane/temporary.ts";

/** The checkout. */
export const root = join(import.meta.dirname, "../..");

/** The chart as it is shipped. */
export const chart = join(root, "config/helm/integration-service");

const buildLimitMs = 40 * 60_000;
const runLimitMs = 120_000;

/** A program run to its end. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command-line client: rejects when it fails, with what it said. */
export interface Tool {
  (...args: readonly string[]): Promise<string>;
  /** The same for a run that may fail. */
  readonly attempt: (...args: readonly string[]) => Promise<Ran>;
}

/** Helm, built first where it is not yet, against the cluster of a kubeconfig. */
export async function helmFor(kubeconfig = ""): Promise<Tool> {
  const output = await runToEnd({
    name: "the build of helm",
    command: join(root, "test/helm/build.sh"),
    args: [],
    sameGroup: true,
    limitMs: buildLimitMs,
    onStderr: (line) => process.stderr.write(`${line}\n`),
  });
  const home = await temporaryDirectory();
  const env = { HELM_CACHE_HOME: join(home, "cache"), HELM_CONFIG_HOME: join(home, "config"), HELM_DATA_HOME: home };
  return toolOf(output.trim().split("\n").at(-1) ?? "", { ...env, KUBECONFIG: kubeconfig });
}

/** The kubectl that was built with the control plane. */
export async function kubectlFor(kubeconfig = ""): Promise<Tool> {
  return toolOf(join(dirname(await build(undefined)), "kubectl"), { KUBECONFIG: kubeconfig });
}

function toolOf(program: string, env: NodeJS.ProcessEnv): Tool {
  const attempt = (...args: readonly string[]): Promise<Ran> => run(program, args, env);
  const strict = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await attempt(...args);
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}: ${stderr}${stdout}`);
    return stdout;
  };
  return Object.assign(strict, { attempt });
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: runLimitMs,
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: typeof code === "number" ? code : -1, stdout, stderr };
}

/** The objects of a text of manifests. */
export function objectsOf(manifests: string): readonly KubeObject[] {
  return parseAllDocuments(manifests)
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object !== null);
}

/** What tells an object from all others of a cluster: kind, namespace, name. */
export function nameOf({ kind = "", metadata }: KubeObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join(" ");
}
