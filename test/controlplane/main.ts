import { parseArgs } from "node:util";
import { providerVariable, startControlPlane } from "./provider.ts";

const usage = `Usage: node test/controlplane/main.ts [options]

Runs a Kubernetes API server until Ctrl-C and prints one line of JSON when it is ready.

  --provider <name>      assets, built, k3s or kubeconfig (default: $${providerVariable}, or the first that works)
  --data-dir <path>      keep the state here (default: temporary)
  --port <number>        port of the API server (default: a free one)
  --audit-log <file>     write one JSON audit event a request
  --kubeconfig <path>    the cluster for the provider "kubeconfig"
  --verbose              show what the API server logs
`;

const { values } = parseArgs({
  options: {
    provider: { type: "string" },
    "data-dir": { type: "string" },
    port: { type: "string" },
    "audit-log": { type: "string" },
    kubeconfig: { type: "string" },
    verbose: { type: "boolean" },
    help: { type: "boolean" },
  },
});

if (values.help === true) {
  process.stdout.write(usage);
} else {
  await main().catch((error: unknown) => {
    // The message says what to do; where in this program it came from does not help anyone.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function main(): Promise<void> {
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const controlPlane = await startControlPlane({
    provider: values.provider,
    dataDir: values["data-dir"],
    port: values.port === undefined ? undefined : Number(values.port),
    auditLog: values["audit-log"],
    kubeconfig: values.kubeconfig,
    log,
    serverLog: values.verbose === true ? log : undefined,
  });
  const { provider, kubeconfig, version } = controlPlane;
  process.stdout.write(`${JSON.stringify({ ready: true, provider, kubeconfig, version, pid: process.pid })}\n`);

  await new Promise<void>((resolve) => {
    // Waiting for a signal alone does not keep the process alive.
    const alive = setInterval(() => {}, 60_000);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
  await controlPlane.stop();
}
