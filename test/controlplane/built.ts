import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { runToEnd, startChild, within } from "./child.ts";
import type { Child } from "./child.ts";
import type { ControlPlane, Provider, StartOptions } from "./control-plane.ts";
import { apiserverArgs } from "./apiserver-args.ts";
import { removeDirectory, temporaryDirectory } from "./temporary.ts";

const buildLimitMs = 40 * 60_000;
const readyLimitMs = 120_000;
const stopLimitMs = 15_000;

/** The program in this directory: API server and etcd in one process, built from source once and then cached. */
export const built: Provider = {
  name: "built",
  hint: "have Go in PATH; the first build takes several minutes",
  async available() {
    const go = spawnSync("go", ["version"], { timeout: 10_000 });
    return go.status === 0 ? undefined : "no working 'go' in PATH";
  },
  async start(options) {
    const program = await build(options.log);
    const temporary = options.dataDir === undefined ? await temporaryDirectory() : undefined;
    const dataDir = options.dataDir ?? temporary ?? "";
    const args = ["--exit-with-parent", "--data-dir", dataDir];
    if (temporary !== undefined) {
      args.push("--no-fsync");
    }
    if (options.port !== undefined) {
      args.push("--port", String(options.port));
    }
    if (options.auditLog !== undefined) {
      args.push("--audit-log", options.auditLog);
    }
    args.push("--", ...apiserverArgs);
    try {
      const controlPlane = await run(program, args, options, temporary);
      // Where the path would be too long for a socket, the program puts it elsewhere.
      const etcdSocket = join(dataDir, "etcd.sock");
      return existsSync(etcdSocket) ? { ...controlPlane, etcdSocket } : controlPlane;
    } catch (error) {
      if (temporary !== undefined) {
        await removeDirectory(temporary);
      }
      throw error;
    }
  },
};

/** Builds the program unless it is cached, and returns its path. */
export async function build(log: ((line: string) => void) | undefined): Promise<string> {
  const output = await runToEnd({
    name: "the build of the control plane",
    command: join(import.meta.dirname, "build.sh"),
    args: [],
    sameGroup: true,
    limitMs: buildLimitMs,
    onStderr: log ?? ((line) => process.stderr.write(`${line}\n`)),
  });
  const path = output.trim().split("\n").at(-1);
  if (path === undefined || path === "") {
    throw new Error("The build of the control plane did not say where its result is.");
  }
  return path;
}

async function run(
  program: string,
  args: readonly string[],
  options: StartOptions,
  temporary: string | undefined,
): Promise<ControlPlane> {
  let { child, ready } = await launch(program, args, options);
  return {
    provider: "built",
    kubectl: join(dirname(program), "kubectl"),
    kubeconfig: ready.kubeconfig,
    version: ready.version,
    async stop() {
      await child.stop(stopLimitMs);
      if (temporary !== undefined) {
        await removeDirectory(temporary);
      }
    },
    async restart() {
      await child.stop(stopLimitMs);
      ({ child, ready } = await launch(program, args, options));
    },
    kill: () => child.kill(),
    pause: () => child.signal("SIGSTOP"),
    resume: () => child.signal("SIGCONT"),
  };
}

interface Ready {
  readonly kubeconfig: string;
  readonly version: string;
}

async function launch(
  program: string,
  args: readonly string[],
  options: StartOptions,
): Promise<{ child: Child; ready: Ready }> {
  const { promise: firstLine, resolve } = Promise.withResolvers<string>();
  const child = await startChild({
    name: "the control plane",
    command: program,
    args,
    onStdout: resolve,
    onStderr: options.serverLog,
  });
  try {
    const line = await within(
      Promise.race([
        firstLine,
        child.ended.then((how): never => {
          throw new Error(child.withLog(`The control plane ended with ${how} before it was ready.`));
        }),
      ]),
      readyLimitMs,
      () => child.withLog(`The control plane was not ready within ${readyLimitMs / 1000} s.`),
    );
    const ready = parseReady(line);
    child.unref();
    return { child, ready };
  } catch (error) {
    await child.stop(stopLimitMs);
    throw error;
  }
}

function parseReady(line: string): Ready {
  const ready: unknown = JSON.parse(line);
  if (
    typeof ready === "object" &&
    ready !== null &&
    "kubeconfig" in ready &&
    typeof ready.kubeconfig === "string" &&
    "version" in ready &&
    typeof ready.version === "string"
  ) {
    return { kubeconfig: ready.kubeconfig, version: ready.version };
  }
  throw new Error(`The control plane printed an unexpected first line: ${line}`);
}
