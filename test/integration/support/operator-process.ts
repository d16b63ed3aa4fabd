import { createServer, type AddressInfo } from "node:net";
import { inject } from "vitest";
import { nodeFlags } from "../../../scripts/bundle.ts";
import { startChild } from "../../controlplane/child.ts";
import { waitFor } from "./wait.ts";

/** The operator as it is shipped: a process of its own. */
export interface OperatorProcess {
  readonly pid: number;
  isRunning(): boolean;
  /** Asks it to end (SIGTERM) and waits for that; returns how it ended. */
  stop(): Promise<string>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Every line it printed. */
  log(): readonly string[];
  /** The last lines it logged that hold a text. */
  logAbout(text: string): string;
  /** Whether any line it logged holds a text. */
  hasLogged(text: string): boolean;
}

const linesMax = 5000;
const shownMax = 40;
const readyLimitMs = 60_000;
const stopLimitMs = 30_000;

/** Starts the operator and waits until its caches are filled. `command` is what to run instead of the bundle. */
export async function startOperator({
  kubeconfig,
  args = [],
  env = {},
  command,
}: {
  readonly kubeconfig: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: string;
}): Promise<OperatorProcess> {
  const probes = `127.0.0.1:${String(await freePort())}`;
  const lines: string[] = [];
  const own = ["--kubeconfig", kubeconfig, "--metrics-bind-address", "0", "--health-probe-bind-address", probes];
  const child = await startChild({
    name: "the operator",
    command: command ?? process.execPath,
    args: [...(command === undefined ? [...nodeFlags, inject("program")] : []), ...own, ...args],
    env: { ...process.env, ...env },
    sameGroup: true,
    onStdout: (line) => {
      lines.push(line);
      if (lines.length > linesMax) lines.shift();
    },
    onStderr: (line) => lines.push(line),
  });
  const logAbout = (text: string): string =>
    lines
      .filter((line) => line.includes(text) && !line.includes('"msg":"watching"'))
      .slice(-shownMax)
      .join("\n");
  const operator: OperatorProcess = {
    pid: child.pid,
    isRunning: () => child.isRunning(),
    stop: async () => {
      await child.stop(stopLimitMs);
      return child.ended;
    },
    kill: () => child.kill(),
    log: () => lines,
    logAbout,
    hasLogged: (text) => lines.some((line) => line.includes(text)),
  };
  await waitFor(
    "the operator is ready",
    async () => {
      if (!operator.isRunning()) throw new Error(`The operator ended with ${await child.ended}:\n${logAbout("")}`);
      return readiness(probes);
    },
    (answer) => answer === "200 ok\n",
    readyLimitMs,
  );
  return operator;
}

async function readiness(probes: string): Promise<string> {
  try {
    const answer = await fetch(`http://${probes}/readyz`);
    return `${String(answer.status)} ${await answer.text()}`;
  } catch (error) {
    return String(error);
  }
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
