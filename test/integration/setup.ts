import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { TestProject } from "vitest/node";
import { parseAllDocuments } from "yaml";
import { bundleFile, writeProgram } from "../../scripts/bundle.ts";
import { crdFolder } from "../../scripts/generate-crds.ts";
import { allRules } from "../../scripts/generate-rbac.ts";
import { rulesOf } from "../../scripts/rbac-rules.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { leaderElectionRights } from "../../src/rights.ts";
import { startControlPlane, type ControlPlane } from "../controlplane/provider.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { connect } from "./support/connection.ts";
import { namespaceResource } from "./support/manifests.ts";
import { createServiceAccount, writeKubeconfigOf } from "./support/service-account.ts";
import { waitFor } from "./support/wait.ts";
import { crdResource } from "../demo/install.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** File with the administrator's access to the API server that all integration tests share. */
    kubeconfig: string;
    /** The same for the operator: a ServiceAccount with the rights that it is shipped with, and no other. */
    operatorKubeconfig: string;
    /** The operator in one file, as it is shipped. */
    program: string;
    /** One line of JSON for each request to that API server; "" where its provider keeps none. */
    auditLog: string;
    /** A kubectl as old as that API server, or the one in PATH. */
    kubectl: string;
  }
}

let controlPlane: ControlPlane | undefined;
let directory: string | undefined;
let tested: TestProject | undefined;

/** Starts one API server for the whole run, installs every kind that the operator meets, and bundles the operator. */
export async function setup(project: TestProject): Promise<void> {
  tested = project;
  directory = await temporaryDirectory();
  const auditLog = join(directory, "audit.log");
  const program = join(directory, basename(bundleFile));
  // Not in dist: there tests of the package write, beside others that start the operator.
  await writeProgram(program);
  const started = await startWithAuditLog(auditLog);
  controlPlane = started.controlPlane;
  say(
    `integration tests use a kube-apiserver ${controlPlane.version} (provider ${controlPlane.provider}${started.audited ? "" : ", without an audit log: tests that count writes will fail"})`,
  );
  await install(controlPlane.kubeconfig);
  project.provide("kubeconfig", controlPlane.kubeconfig);
  project.provide("program", program);
  project.provide("operatorKubeconfig", await prepareOperator(controlPlane.kubeconfig, directory));
  project.provide("kubectl", controlPlane.kubectl ?? "kubectl");
  project.provide("auditLog", started.audited ? auditLog : "");
}

/** Stops it, whatever it stored is gone, and says what was tested against what. */
export async function teardown(): Promise<void> {
  await controlPlane?.stop();
  if (directory !== undefined) await removeDirectory(directory);
  const modules = tested?.vitest.state.getTestModules().filter(({ project }) => project.name === tested?.name) ?? [];
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
  const ran = states.filter((state) => state === "passed" || state === "failed").length;
  if (controlPlane !== undefined)
    say(`integration tests ran against a real kube-apiserver ${controlPlane.version} (${String(ran)} tests)`);
}

async function startWithAuditLog(
  auditLog: string,
): Promise<{ readonly controlPlane: ControlPlane; readonly audited: boolean }> {
  try {
    return { controlPlane: await startControlPlane({ auditLog }), audited: true };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("option auditLog")) throw error;
    return { controlPlane: await startControlPlane(), audited: false };
  }
}

async function install(kubeconfig: string): Promise<void> {
  const { client, close } = connect(kubeconfig);
  const names = await readdir(crdFolder);
  const files = [
    ...names.map((name) => join(crdFolder, name)),
    ...["tekton", "git-providers"].map((folder) => join(import.meta.dirname, "..", folder, "crds.yaml")),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const crds = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
  for (const crd of crds) {
    const key = { namespace: "", name: crd.metadata.name };
    await client.patch(crdResource, key, { type: "apply", body: crd, force: true });
  }
  await waitFor(
    "every kind is served",
    async () => (await client.list<Served>(crdResource, {})).items.filter((crd) => !isEstablished(crd)),
    (missing) => missing.length === 0,
  );
  await close();
}

async function prepareOperator(admin: string, folder: string): Promise<string> {
  const { client, close } = connect(admin);
  const account = { namespace: "integration-service", name: "controller-manager" };
  const file = join(folder, "operator.kubeconfig");
  await client.create(namespaceResource, { metadata: { name: account.namespace } });
  // Tests have their Leases in namespaces of their own.
  await createServiceAccount(client, account, [...allRules, ...rulesOf(leaderElectionRights)]);
  await writeKubeconfigOf(client, account, { admin, file });
  await close();
  return file;
}

interface Served extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isEstablished({ status }: Served): boolean {
  return (
    status?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True") ?? false
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
