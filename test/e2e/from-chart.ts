import { join } from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { allObjects } from "../chart/all-objects.ts";
import { chart, helmFor, kubectlFor, type Tool } from "../chart/tools.ts";
import type { Check } from "../demo/checks.ts";
import type { Cluster } from "../demo/cluster.ts";
import { applyManifests, createNamespace, installTektonCrds, readSamples } from "../demo/install.ts";
import { createOperatorProcess, type OperatorCommand } from "../demo/operator-process.ts";
import type { Installation } from "../demo/run.ts";
import type { Stage } from "../demo/stage.ts";
import { snapshotOfBuild } from "../demo/world.ts";
import { readMetrics } from "../integration/support/https.ts";
import { userOf } from "../integration/support/service-account.ts";
import { askedBy } from "../integration/support/used-rights.ts";
import { waitFor } from "../integration/support/wait.ts";
import { commandOf } from "./deployment.ts";

const namespace = "integration-service";
const manager = { namespace, name: "integration-service-controller-manager" };
const upgrade = [
  "upgrade",
  "--install",
  "integration-service",
  chart,
  "--namespace",
  namespace,
  "--wait=false",
] as const;

// The Lease of a leader that was killed has to run out: with the defaults the crash scenario would wait most of the time.
const quickLease = "leaderElection.leaseDuration=9s,leaderElection.renewDeadline=8s,leaderElection.retryPeriod=1s";

/** What the API server makes by itself, and what Helm did not install: the demo's own namespaces, and Events. */
const isNotInstalled = /^(APIService - .*\.appstudio\.redhat\.com|Namespace - demo\S*|\S+ demo\S* .*|Event .*)$/;

interface Installed {
  readonly cluster: Cluster;
  readonly helm: Tool;
  readonly kubectl: Tool;
  /** Where the audit log is. */
  readonly directory: string;
  /** Every object there was before. */
  readonly before: ReadonlySet<string>;
}

/** The operator as a cluster gets it: Helm installs the chart, and its Deployment's process runs as its ServiceAccount. */
export function createChartInstallation(): Installation {
  let installed: Installed | undefined;
  return {
    about: "helm installed the chart; the process of its Deployment runs here, as its ServiceAccount",
    apart: true,
    install: async (cluster, directory) => {
      const { client, kubeconfig } = cluster;
      const [helm, kubectl] = await Promise.all([helmFor(kubeconfig), kubectlFor(kubeconfig), bundle()]);
      await installTektonCrds(client);
      await createNamespace(client, namespace);
      installed = { cluster, helm, kubectl, directory, before: await allObjects(client, kubectl) };
      await helm(...upgrade, "--set", quickLease);
      return commandIn(installed);
    },
    afterwards: async ({ client }, open) => {
      if (installed === undefined) throw new Error("Nothing was installed.");
      const stage = await open("upgrade");
      await applyManifests(client, stage.namespace, await readSamples());
      return [...(await upgradeIt(installed, stage)), await refusals(installed), await uninstallIt(installed)];
    },
  };
}

function commandIn({ cluster: { client, kubeconfig }, directory }: Installed): Promise<OperatorCommand> {
  return commandOf(client, manager, { admin: kubeconfig, file: join(directory, "operator.kubeconfig") });
}

/** As a Deployment rolls: the new process is ready before the old one is asked to end. A build goes through it, and somebody waits
 * for its tests with kubectl. */
async function upgradeIt(installed: Installed, stage: Stage): Promise<readonly Check[]> {
  const { helm, kubectl, directory } = installed;
  const before = await commandIn(installed);
  const changes = "operator.concurrency=4,operator.logLevel=debug,metrics.secure.enable=true";
  await helm(...upgrade, "--set", quickLease, "--set", changes);
  const after = await commandIn(installed);
  const changed = after.args.filter((arg) => !before.args.includes(arg) && !arg.startsWith("--metrics"));
  stage.setTests(() => ({ result: "SUCCESS", afterMs: 1_500 }));
  const build = stage.nextBuild("frontend");
  const upgraded = createOperatorProcess(after, join(directory, "upgraded.log"));
  try {
    await upgraded.start(stage.signal);
    await stage.start(build);
    await stage.operator.stop();
    await stage.finish(build);
    const { name } = await stage.until("the build has a Snapshot", () => snapshotOfBuild(stage.world, build.name));
    // The words of the README, and where.
    const wait = ["wait", "--for=condition=AppStudioTestSucceeded", `snapshot/${name}`];
    const said = await kubectl("--namespace", stage.namespace, ...wait, "--timeout=60s");
    await stage.quiet();
    const promoted = stage.world.snapshots.all().find((snapshot) => snapshot.name === name)?.promoted;
    return [
      {
        sentence:
          "A value that is changed in `helm upgrade` reaches the process; the new one takes over, and promotes.",
        holds: changed.length === 2 && promoted?.status === "True" && upgraded.failure() === undefined,
        evidence: `${changed.join(" ")}; ${name}: ${promoted?.message ?? "not concluded"}`,
      },
      {
        sentence:
          "`kubectl wait --for=condition=AppStudioTestSucceeded snapshot/<name>` returns when the tests have passed.",
        holds: said.trim() === `snapshot.appstudio.redhat.com/${name} condition met`,
        evidence: said.trim(),
      },
      await readers(kubectl, stage.namespace, portOfMetrics(after.args)),
    ];
  } finally {
    await upgraded.stop();
  }
}

function portOfMetrics(args: readonly string[]): number {
  const addresses = args.filter((arg) => arg.startsWith("--metrics-bind-address="));
  return Number(addresses.at(-1)?.split(":").at(-1));
}

/** Somebody is made a reader of metrics as docs/install.md says it, and reads them. */
async function readers(kubectl: Tool, inNamespace: string, port: number): Promise<Check> {
  const [account, binding] = ["scraper", "scraper-reads-integration-service"];
  await kubectl("create", "serviceaccount", account, "--namespace", inNamespace);
  const token = (await kubectl("create", "token", account, "--namespace", inNamespace)).trim();
  const stranger = await readMetrics(port, {});
  const role = "--clusterrole=integration-service-metrics-reader";
  await kubectl("create", "clusterrolebinding", binding, role, `--serviceaccount=${inNamespace}:${account}`);
  const reader = await waitFor(
    "the reader is let in",
    () => readMetrics(port, { token }),
    ({ status }) => status === 200,
  );
  await kubectl("delete", "clusterrolebinding", binding);
  return {
    sentence:
      "With metrics.secure.enable who has the chart's ClusterRole for readers reads metrics over TLS, nobody else.",
    holds: reader.status === 200 && reader.body.includes("# HELP workqueue_depth") && stranger.status === 401,
    evidence: `reader ${String(reader.status)}, without a token ${String(stranger.status)}`,
  };
}

async function refusals({ directory }: Installed): Promise<Check> {
  const { allowed, refused } = await askedBy(join(directory, "audit.log"), userOf(manager));
  return {
    sentence: "With the roles of the chart the operator was refused nothing.",
    holds: refused.length === 0 && allowed.size > 0,
    evidence: `${String(allowed.size)} rights used, refused: ${refused.length === 0 ? "none" : refused.join(", ")}`,
  };
}

async function uninstallIt({ cluster: { client }, helm, kubectl, before }: Installed): Promise<Check> {
  await helm("uninstall", "integration-service", "--namespace", namespace, "--wait=false");
  const left = await waitFor(
    "only the CRDs are left",
    async () =>
      [...(await allObjects(client, kubectl))].filter((name) => !before.has(name) && !isNotInstalled.test(name)),
    (names) => names.every((name) => name.startsWith("CustomResourceDefinition - ")),
  );
  return {
    sentence: "`helm uninstall` leaves the CRDs and nothing else.",
    holds: left.length > 0,
    evidence: left.map((name) => name.split(" ").at(-1)).join(", "),
  };
}
