import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { endWithParent } from "../controlplane/child.ts";
import { parseMetrics, valueOf, type MetricsPage } from "./metrics-page.ts";
import { bundleFile, nodeFlags as shippedFlags } from "../../scripts/bundle.ts";
import { waitUntil, within } from "./wait.ts";

/** The operator as it is shipped: a process of its own, from one bundled file. */
export interface Operator {
  readonly pid: number;
  /** From the start of the process until its caches were filled. */
  readonly readyAfterMs: number;
  /** Where its inspector listens, if it was asked for. */
  readonly inspectorPort: number | undefined;
  metrics(): Promise<MetricsPage>;
  /** User and system time that the process has used so far. */
  cpuMs(): Promise<number>;
  /** Ends it as a cluster would, and waits for that; fails if it had to be killed or ended by itself before. */
  stop(): Promise<void>;
}

export interface OperatorOptions {
  /** Runs the sources and not the bundle, so that a profile names files. */
  readonly fromSource?: boolean;
  /** Lets the inspector in, to look at the heap. */
  readonly inspect?: boolean;
  /** More flags for Node. */
  readonly nodeFlags?: readonly string[];
  /** More flags for the operator. */
  readonly args?: readonly string[];
  readonly readyLimitMs?: number;
}

const repository = join(import.meta.dirname, "../..");
const readyDefaultMs = 60_000;
const stopLimitMs = 30_000;

/** Starts the operator and waits until it is ready. What it logs goes into a file without passing through this process. */
export async function startOperator(
  options: OperatorOptions & { readonly kubeconfig: string; readonly logFile: string },
): Promise<Operator> {
  const [metricsPort = 0, probesPort = 0, inspectorPort = 0] = await freePorts(3);
  const log = await open(options.logFile, "a");
  const startedAt = performance.now();
  const child = spawn(process.execPath, commandLine(options, { metricsPort, probesPort, inspectorPort }), {
    cwd: repository,
    // As it is shipped: whoever starts it has not compiled it before.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
    stdio: ["pipe", log.fd, log.fd],
  });
  const ended = once(child, "exit");
  await log.close();
  let stopping = false;
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const assertAlive = async (): Promise<void> => {
    if (hasEnded()) throw new Error(`The operator ended by itself:\n${await tailOf(options.logFile)}`);
  };
  const isReady = async (): Promise<boolean> => {
    await assertAlive();
    return answersOk(`http://127.0.0.1:${String(probesPort)}/readyz`);
  };
  const metrics = async (): Promise<MetricsPage> =>
    parseMetrics(await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text());
  const stop = async (): Promise<void> => {
    if (hasEnded()) return;
    child.kill("SIGTERM");
    await within("the operator has ended", ended, stopLimitMs).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
  };
  try {
    await waitUntil("the operator is ready", isReady, { limitMs: options.readyLimitMs ?? readyDefaultMs });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    readyAfterMs: performance.now() - startedAt,
    inspectorPort: options.inspect ? inspectorPort : undefined,
    metrics,
    cpuMs: async () => valueOf(await metrics(), "process_cpu_seconds_total") * 1000,
    stop: async () => {
      if (!stopping) await assertAlive();
      stopping = true;
      await stop();
    },
  };
}

type Ports = Readonly<Record<"metricsPort" | "probesPort" | "inspectorPort", number>>;

function commandLine(options: OperatorOptions & { readonly kubeconfig: string }, ports: Ports): readonly string[] {
  const { inspect, nodeFlags = [], fromSource, kubeconfig, args = [] } = options;
  const address = (port: number): string => `127.0.0.1:${String(port)}`;
  return [
    ...endWithParent,
    ...(inspect ? [`--inspect=${address(ports.inspectorPort)}`] : []),
    ...shippedFlags,
    ...nodeFlags,
    fromSource ? "src/main.ts" : bundleFile,
    `--kubeconfig=${kubeconfig}`,
    `--metrics-bind-address=${address(ports.metricsPort)}`,
    `--health-probe-bind-address=${address(ports.probesPort)}`,
    ...args,
  ];
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    // Until it listens, nothing answers.
    return error instanceof TypeError ? false : Promise.reject(error as Error);
  }
}

async function tailOf(file: string): Promise<string> {
  return (await readFile(file, "utf8")).split("\n").slice(-20).join("\n");
}

/** Other programs could take them before the operator does; the start then fails and says so. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
