import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleFile } from "./bundle.ts";

/** How long the bundle may take to answer at all; how long it does take is for people to read. */
const limitMs = 60_000;

export interface Tried {
  /** From the start of the process to its first answer. */
  readonly startedMs: number;
  readonly answer: string;
  /** What `--version` prints. */
  readonly version: string;
}

/** Starts the bundle where there is nothing else, not even a package or an API server, and waits until /healthz answers. */
export async function tryBundle(file = bundleFile): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  try {
    const alone = join(folder, "integration-service.mjs");
    copyFileSync(file, alone);
    writeFileSync(join(folder, "kubeconfig"), kubeconfig);
    const version = execFileSync(process.execPath, [alone, "--version"], { cwd: folder, encoding: "utf8" }).trim();
    return { ...(await start(alone, folder)), version };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Port 1 refuses connections: the operator must come up and wait. */
const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: none, cluster: { server: "http://127.0.0.1:1" } }]
contexts: [{ name: none, context: { cluster: none } }]
current-context: none
`;

async function start(alone: string, folder: string): Promise<Pick<Tried, "startedMs" | "answer">> {
  const address = `127.0.0.1:${String(await freePort())}`;
  const args = [alone, "--kubeconfig=kubeconfig", "--metrics-bind-address=0", `--health-probe-bind-address=${address}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: "ignore", env: { PATH: process.env["PATH"] } });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const answer = await firstAnswer(`http://${address}/healthz`, () => child.exitCode === null);
    return { startedMs: performance.now() - startedAt, answer };
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

async function firstAnswer(url: string, isRunning: () => boolean): Promise<string> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(5)) {
    if (!isRunning()) throw new Error("the bundle ended before it answered");
    try {
      const response = await fetch(url);
      return `${String(response.status)} ${(await response.text()).trim()}`;
    } catch {
      // Not listening yet.
    }
  }
  throw new Error(`the bundle did not answer within ${String(limitMs / 1000)} s`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

if (import.meta.main) {
  const { startedMs, answer, version } = await tryBundle();
  process.stdout.write(
    `integration-service ${version}: /healthz says "${answer}" ${startedMs.toFixed(0)} ms after the start\n`,
  );
  process.exitCode = answer === "200 ok" ? 0 : 1;
}
