import { generateKeyPairSync, randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runToEnd, startChild } from "./child.ts";
import { apiserverArgs as commonArgs } from "./apiserver-args.ts";
import type { Child } from "./child.ts";
import type { ControlPlane, Provider, StartOptions } from "./control-plane.ts";
import { removeDirectory, temporaryDirectory } from "./temporary.ts";

const readyLimitMs = 120_000;
const stopLimitMs = 10_000;

/** The programs etcd and kube-apiserver that the tools of kubebuilder download. */
export const assets: Provider = {
  name: "assets",
  hint: "set KUBEBUILDER_ASSETS to a directory with the programs etcd and kube-apiserver",
  async available() {
    const directory = process.env["KUBEBUILDER_ASSETS"];
    if (directory === undefined || directory === "") {
      return "KUBEBUILDER_ASSETS is not set";
    }
    for (const program of ["etcd", "kube-apiserver"]) {
      const path = join(directory, program);
      if (!(await exists(path, constants.X_OK))) {
        return `${path} is no program`;
      }
    }
    return undefined;
  },
  async start(options) {
    const programs = resolve(process.env["KUBEBUILDER_ASSETS"] ?? "");
    const temporary = options.dataDir === undefined ? await temporaryDirectory() : undefined;
    const dataDir = resolve(options.dataDir ?? temporary ?? "");
    try {
      return await run({ programs, dataDir, temporary, options });
    } catch (error) {
      if (temporary !== undefined) {
        await removeDirectory(temporary);
      }
      throw error;
    }
  },
};

interface Setup {
  readonly programs: string;
  readonly dataDir: string;
  /** The data directory once more, when it is to be removed on stop. */
  readonly temporary: string | undefined;
  readonly options: StartOptions;
}

async function run(setup: Setup): Promise<ControlPlane> {
  const output = await runToEnd({
    name: "kube-apiserver --version",
    command: join(setup.programs, "kube-apiserver"),
    args: ["--version"],
    limitMs: 30_000,
  });
  const kubeconfig = join(setup.dataDir, "kubeconfig");
  const state = await prepareState(setup);
  let running = await launch(setup, state);
  return {
    provider: "assets",
    kubeconfig,
    version: /v\d+\.\d+\.\d+\S*/.exec(output)?.[0] ?? "unknown",
    etcdSocket: etcdSocketIn(setup.dataDir),
    async stop() {
      await running.stop();
      if (setup.temporary !== undefined) {
        await removeDirectory(setup.temporary);
      }
    },
    async restart() {
      await running.stop();
      running = await launch(setup, state);
    },
    kill: () => running.apiserver.kill(),
    pause: () => running.apiserver.signal("SIGSTOP"),
    resume: () => running.apiserver.signal("SIGCONT"),
  };
}

function etcdSocketIn(dataDir: string): string {
  return join(dataDir, "etcd.sock");
}

interface State {
  readonly port: number;
  readonly token: string;
}

/** Creates, or finds again, what has to stay the same over restarts. */
async function prepareState({ dataDir, options }: Setup): Promise<State> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // kube-apiserver signs a serving certificate for itself, and the
  // administrator logs in with a token: no certificate has to be made here.
  const token = await keep(join(dataDir, "token"), () => randomBytes(32).toString("hex"));
  const tokens = `${token},controlplane-admin,controlplane-admin,"system:masters"\n`;
  await writeFile(join(dataDir, "tokens.csv"), tokens, { mode: 0o600 });
  await keep(join(dataDir, "service-account.key"), () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return privateKey.export({ type: "sec1", format: "pem" }).toString();
  });
  const portFile = join(dataDir, "port");
  if (options.port !== undefined && options.port !== 0) {
    await writeFile(portFile, String(options.port), { mode: 0o600 });
  }
  const port = Number(await keep(portFile, async () => String(await freePort())));
  return { port, token };
}

interface Running {
  readonly apiserver: Child;
  stop(): Promise<void>;
}

async function launch(setup: Setup, state: State): Promise<Running> {
  const { programs, dataDir, options } = setup;
  const socket = etcdSocketIn(dataDir);
  const etcd = await startChild({
    name: "etcd",
    command: join(programs, "etcd"),
    args: etcdArgs(setup, socket),
    onStderr: options.serverLog,
  });
  const started: Child[] = [etcd];
  let guard: Guard | undefined;
  const stop = async (): Promise<void> => {
    // The API server first: it would wait in vain for its last writes otherwise.
    for (const child of started.toReversed()) {
      await child.stop(stopLimitMs);
    }
    guard?.dismiss();
  };
  try {
    const apiserver = await startChild({
      name: "kube-apiserver",
      command: join(programs, "kube-apiserver"),
      args: apiserverArgs(setup, state, socket),
      onStderr: options.serverLog,
    });
    started.push(apiserver);
    guard = startGuard(started.map((child) => child.pid));
    await waitReady(dataDir, state, started);
    await writeFile(join(dataDir, "kubeconfig"), await kubeconfigText(dataDir, state), { mode: 0o600 });
    for (const child of started) {
      child.unref();
    }
    return { apiserver, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdArgs({ dataDir, temporary }: Setup, socket: string): string[] {
  return [
    `--data-dir=${join(dataDir, "etcd")}`,
    // Only this user can connect to the socket, unlike to a port.
    `--listen-client-urls=unix://${socket}`,
    `--advertise-client-urls=unix://${socket}`,
    // There are no other members, but etcd insists on listening for them.
    `--listen-peer-urls=unix://${join(dataDir, "peer.sock")}`,
    "--log-level=error",
    `--quota-backend-bytes=${4 * 1024 ** 3}`,
    ...(temporary === undefined ? [] : ["--unsafe-no-fsync"]),
  ];
}

function apiserverArgs({ dataDir, options }: Setup, { port }: State, socket: string): string[] {
  const args = [
    `--etcd-servers=unix://${socket}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    "--service-cluster-ip-range=10.0.0.0/16",
    `--cert-dir=${join(dataDir, "pki")}`,
    `--token-auth-file=${join(dataDir, "tokens.csv")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${join(dataDir, "service-account.key")}`,
    `--service-account-signing-key-file=${join(dataDir, "service-account.key")}`,
    "--authorization-mode=RBAC",
    "--disable-admission-plugins=ServiceAccount",
    "--allow-privileged=true",
    ...commonArgs,
    "--shutdown-delay-duration=0s",
    "--shutdown-send-retry-after=true",
    "--shutdown-watch-termination-grace-period=1s",
  ];
  if (options.auditLog !== undefined) {
    args.push(
      `--audit-policy-file=${join(import.meta.dirname, "audit-policy.yaml")}`,
      `--audit-log-path=${options.auditLog}`,
      "--audit-log-maxsize=1000000",
    );
  }
  return args;
}

interface Guard {
  dismiss(): void;
}

/**
 * Watches over the started programs: neither of them notices when this process
 * is killed, but the input of this small shell ends then, and it ends them.
 */
function startGuard(pids: readonly number[]): Guard {
  const script = 'cat >/dev/null; kill "$@"; sleep 5; kill -KILL "$@"';
  const guard = spawn("/bin/sh", ["-c", script, "guard", ...pids.map(String)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  return {
    dismiss: () => {
      if (guard.pid !== undefined) {
        // The whole group: the shell waits for its "cat", which would go on otherwise.
        process.kill(-guard.pid, "SIGKILL");
      }
    },
  };
}

async function waitReady(dataDir: string, state: State, programs: readonly Child[]): Promise<void> {
  const deadline = Date.now() + readyLimitMs;
  let last: unknown;
  while (Date.now() < deadline) {
    for (const program of programs) {
      if (!program.isRunning()) {
        const how = await program.ended;
        throw new Error(program.withLog(`A part of the control plane ended with ${how} before it was ready.`));
      }
    }
    try {
      await get("/readyz", dataDir, state);
      // The server creates this namespace after it reports ready.
      await get("/api/v1/namespaces/default", dataDir, state);
      return;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  const text = `kube-apiserver was not ready within ${readyLimitMs / 1000} s: ${String(last)}`;
  throw new Error(programs.at(-1)?.withLog(text) ?? text);
}

async function get(path: string, dataDir: string, { port, token }: State): Promise<void> {
  const ca = await readFile(join(dataDir, "pki", "apiserver.crt"));
  await new Promise<void>((done, fail) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ host: "127.0.0.1", port, path, ca, headers, agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      response.once("error", fail);
      response.once("end", () => {
        if (response.statusCode === 200) {
          done();
        } else {
          fail(new Error(`${path} answered ${response.statusCode}`));
        }
      });
    })
      .once("timeout", function (this: { destroy(error: Error): void }) {
        this.destroy(new Error(`${path} did not answer`));
      })
      .once("error", fail)
      .end();
  });
}

/** JSON is YAML too, so the file needs no YAML writer. */
async function kubeconfigText(dataDir: string, { port, token }: State): Promise<string> {
  const authority = await readFile(join(dataDir, "pki", "apiserver.crt"));
  const name = "controlplane";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "certificate-authority-data": authority.toString("base64"),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    "current-context": name,
  });
}

/** Returns the content of the file, which is made first when there is none. */
async function keep(path: string, make: () => string | Promise<string>): Promise<string> {
  if (!(await exists(path, constants.R_OK))) {
    await writeFile(path, await make(), { mode: 0o600 });
  }
  return (await readFile(path, "utf8")).trim();
}

async function exists(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** A free port. Another program could take it before kube-apiserver does; the start then fails and says so. */
async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => {
        done(port);
      });
    });
  });
}
