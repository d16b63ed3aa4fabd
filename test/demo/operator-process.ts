import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { endWithParent, startChild, type Child } from "../controlplane/child.ts";

/** The operator, as anybody would run it: a process of its own. */
export interface OperatorProcess {
  readonly logFile: string;
  /** How it ended, although nobody asked it to. */
  failure(): string | undefined;
  /** Starts it, and waits until it is ready. */
  start(signal: AbortSignal): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const readyLimitMs = 60_000;
const stopLimitMs = 10_000;
const repository = join(import.meta.dirname, "../..");

/** How the operator is run, apart from where its probes are. */
export interface OperatorCommand {
  /** The file that Node runs, from the checkout on. */
  readonly main: string;
  readonly args: readonly string[];
  /** Environment variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The operator as it is run from the checkout, with a person's rights. */
export function fromCheckout(kubeconfig: string): OperatorCommand {
  // Tests are played, so nobody runs as the account of tests.
  const args = [`--kubeconfig=${kubeconfig}`, "--metrics-bind-address=0", "--no-provision-runner"];
  return { main: "src/main.ts", args };
}

/** The operator, not yet started; what it logs is added to the file. */
export function createOperatorProcess(command: OperatorCommand, logFile: string): OperatorProcess {
  const log = createWriteStream(logFile, { flags: "a" });
  let child: Child | undefined;
  let failure: string | undefined;
  const start = async (signal: AbortSignal): Promise<void> => {
    const port = await freePort();
    const started = await launch(command, port, (line) => log.write(`${line}\n`));
    child = started;
    void started.ended.then((how) => {
      if (child === started) failure = how;
    });
    await ready(port, () => failure, signal);
  };
  const end = async (how: (running: Child) => Promise<void>): Promise<void> => {
    const running = child;
    child = undefined;
    if (running !== undefined) await how(running);
  };
  return {
    logFile,
    failure: () => failure,
    start,
    kill: () => end((running) => running.kill()),
    stop: async () => {
      await end((running) => running.stop(stopLimitMs));
      await new Promise<void>((done) => log.end(done));
    },
  };
}

async function launch(command: OperatorCommand, port: number, onLine: (line: string) => void): Promise<Child> {
  const probes = `--health-probe-bind-address=127.0.0.1:${String(port)}`;
  return startChild({
    name: "the operator",
    command: process.execPath,
    args: [...endWithParent, command.main, ...command.args, probes],
    cwd: repository,
    ...(command.env === undefined ? {} : { env: { ...process.env, ...command.env } }),
    onStdout: onLine,
    onStderr: onLine,
  });
}

async function ready(port: number, failure: () => string | undefined, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  while (Date.now() < deadline) {
    const how = failure();
    if (how !== undefined) throw new Error(`The operator ended with ${how} before it was ready.`);
    if (await answersReady(port, signal)) return;
    await sleep(50, undefined, { signal });
  }
  throw new Error(`The operator was not ready within ${String(readyLimitMs / 1000)} s.`);
}

async function answersReady(port: number, signal: AbortSignal): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${String(port)}/readyz`, { signal });
    await body.dump();
    return statusCode === 200;
  } catch (error) {
    // Until it listens, nothing answers.
    signal.throwIfAborted();
    return error instanceof Error ? false : Promise.reject(error);
  }
}

/** Another program could take it before the operator does; the start then fails and says so. */
async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
