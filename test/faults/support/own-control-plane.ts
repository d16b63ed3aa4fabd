import { randomUUID } from "node:crypto";
import { cp, lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { parseAllDocuments } from "yaml";
import { crdFolder } from "../../../scripts/generate-crds.ts";
import { resources } from "../../../src/api/group.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { isNotFound } from "../../../src/kube/errors.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { tektonResources } from "../../../src/tekton/pipeline-run.ts";
import { startControlPlane } from "../../controlplane/provider.ts";
import { removeDirectory, temporaryDirectory } from "../../controlplane/temporary.ts";
import { connect } from "../../integration/support/connection.ts";
import { startOperator, type OperatorProcess } from "../../integration/support/operator-process.ts";
import { Shop } from "../../integration/support/shop.ts";
import { namespaceResource } from "../../integration/support/manifests.ts";
import { waitFor } from "../../integration/support/wait.ts";
import { playTirelessly } from "./tireless-tekton.ts";
import { crdResource } from "../../demo/install.ts";

/** An API server for one test alone, with an operator that works in one namespace of it. */
export interface OwnControlPlane {
  readonly shop: Shop;
  /** The operator that runs now. */
  operator(): OperatorProcess;
  /** Ends the operator and starts another. */
  replaceOperator(): Promise<void>;
  /** Ends the API server in good order and starts it again; by a moment's warning or none (SIGKILL). */
  restart(how: "in order" | "killed"): Promise<void>;
  /** Freezes the API server: connections stay open, and nothing answers. */
  pause(): void;
  resume(): void;
  /** Stops the API server, keeps what it stored, and starts it again. */
  backUp(): Promise<void>;
  /** Stops the API server, puts back what backUp() kept, and starts it again. */
  restore(): Promise<void>;
}

/** Starts all of it, to be stopped when the test is over. */
export async function startApart(context: TestContext): Promise<OwnControlPlane> {
  const directory = await temporaryDirectory();
  context.onTestFinished(() => removeDirectory(directory));
  const [dataDir, copy] = [join(directory, "data"), join(directory, "copy")];
  const controlPlane = await startControlPlane({ dataDir });
  context.onTestFinished(() => controlPlane.stop());
  const { kubeconfig } = controlPlane;
  for (const ability of ["restart", "kill", "pause", "resume"] as const)
    if (controlPlane[ability] === undefined)
      throw new Error(
        `Faults need a control plane that knows ${ability}: INTEGRATION_TEST_CONTROL_PLANE=assets or built`,
      );
  const { client, close } = connect(kubeconfig);
  await install(client);
  const namespace = `faults-${randomUUID().slice(0, 8)}`;
  await client.create(namespaceResource, { metadata: { name: namespace } });
  const tekton = playTirelessly(client, namespace);
  const startOne = (): Promise<OperatorProcess> =>
    startOperator({ kubeconfig, args: ["--watch-namespaces", namespace] });
  let operator = await startOne();
  context.onTestFinished(async () => {
    await operator.stop();
    await tekton.stop();
    await close();
  });
  context.onTestFailed(() => {
    const how = operator.isRunning() ? "runs" : "has ended";
    process.stderr.write(`${context.task.name}: the operator ${how}; it logged\n${operator.logAbout("")}\n`);
  });
  const startAgain = async (): Promise<void> => {
    await controlPlane.restart?.();
    await served(client);
  };
  const copyWhileStopped = async (from: string, to: string): Promise<void> => {
    await controlPlane.kill?.();
    await removeDirectory(to);
    await cp(from, to, { recursive: true, filter: async (path) => !(await lstat(path)).isSocket() });
    await startAgain();
  };
  return {
    shop: new Shop(client, namespace, tekton),
    operator: () => operator,
    replaceOperator: async () => {
      await operator.stop();
      operator = await startOne();
    },
    restart: async (how) => {
      if (how === "killed") await controlPlane.kill?.();
      await startAgain();
    },
    pause: () => controlPlane.pause?.(),
    resume: () => controlPlane.resume?.(),
    backUp: () => copyWhileStopped(dataDir, copy),
    restore: () => copyWhileStopped(copy, dataDir),
  };
}

async function install(client: KubeClient): Promise<void> {
  const names = await readdir(crdFolder);
  const files = [...names.map((name) => join(crdFolder, name)), join(import.meta.dirname, "../../tekton/crds.yaml")];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const crds = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
  for (const crd of crds) {
    const key = { namespace: "", name: crd.metadata.name };
    await client.patch(crdResource, key, { type: "apply", body: crd, force: true });
  }
  await served(client);
}

/** An API server is ready before it serves kinds of our own. */
async function served(client: KubeClient): Promise<void> {
  const kinds = [...Object.values(resources), ...Object.values(tektonResources)];
  await waitFor(
    "every kind is served",
    async () => {
      const answers = await Promise.all(kinds.map((kind) => isServed(client, kind)));
      return kinds.filter((_, index) => !answers[index]).map(({ kind }) => kind);
    },
    (missing) => missing.length === 0,
  );
}

async function isServed(client: KubeClient, resource: Resource): Promise<boolean> {
  try {
    await client.list(resource, { limit: 1 });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
