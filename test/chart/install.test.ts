import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds } from "../../src/api/kinds.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { startControlPlane, type ControlPlane } from "../controlplane/provider.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { connect, type Connection } from "../integration/support/connection.ts";
import { namespaceResource } from "../integration/support/manifests.ts";
import { waitFor } from "../integration/support/wait.ts";
import { allObjects } from "./all-objects.ts";
import { chart, helmFor, kubectlFor, nameOf, objectsOf, type Tool } from "./tools.ts";

// The chart on a real API server of its own: what it leaves behind is told by comparing all there is before and after.
const namespace = "integration-service";
const deployments: Resource = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
  namespaced: true,
};
const pods: Resource = { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true };

let controlPlane: ControlPlane;
let connection: Connection;
let helm: Tool;
let kubectl: Tool;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  connection = connect(controlPlane.kubeconfig);
  [helm, kubectl] = await Promise.all([helmFor(controlPlane.kubeconfig), kubectlFor(controlPlane.kubeconfig)]);
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await connection.client.create(namespaceResource, { metadata: { name: namespace, labels } });
});
afterAll(async () => {
  await connection?.close();
  await controlPlane?.stop();
});

/** No kubelet runs here, so that nothing is to be waited for: the objects are what counts. */
const install = (from: string, ...args: readonly string[]): Promise<string> =>
  helm("upgrade", "--install", "integration-service", from, "--namespace", namespace, "--wait=false", ...args);
const uninstall = (): Promise<string> =>
  helm("uninstall", "integration-service", "--namespace", namespace, "--wait=false");
const objects = (): Promise<ReadonlySet<string>> => allObjects(connection.client, kubectl);
const manager = { namespace, name: "integration-service-controller-manager" };
const deployment = async (): Promise<Deployment> => (await connection.client.get<Deployment>(deployments, manager))!;

interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: Pick<KubeObject, "metadata"> & { readonly spec: object };
  };
}

/** What an API server makes by itself, because of a CRD or a Service. */
const isMadeByItself = (name: string): boolean =>
  /^(APIService - .*\.appstudio\.redhat\.com|IPAddress - .*)$/.test(name);
const isCrd = (name: string): boolean => name.startsWith("CustomResourceDefinition - ");

describe("installed on an API server", () => {
  let before: ReadonlySet<string>;
  const added = async (): Promise<readonly string[]> =>
    [...(await objects())].filter((name) => !before.has(name) && !isMadeByItself(name)).toSorted();

  test("makes the objects that it renders, and nothing else", async () => {
    before = await objects();
    await install(chart);
    const rendered = objectsOf(await helm("template", "integration-service", chart, "--namespace", namespace));
    const expected = rendered.map((object) => nameOf({ ...object, metadata: { namespace: "-", ...object.metadata } }));
    const release = `Secret ${namespace} sh.helm.release.v1.integration-service.v1`;
    expect(await added()).toEqual([...expected, release].toSorted());
  });

  test("has pods that Pod Security's level restricted admits", async () => {
    const { metadata, spec } = (await deployment()).spec.template;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "manager", namespace }, spec };
    await expect(connection.client.create(pods, pod)).resolves.toMatchObject({ kind: "Pod" });
    // The level is really enforced.
    const root = { ...pod, metadata: { ...pod.metadata, name: "root" }, spec: { ...spec, securityContext: {} } };
    await expect(connection.client.create(pods, root)).rejects.toThrow("violates PodSecurity");
    await connection.client.delete(pods, { namespace, name: "manager" });
  });

  test("a value that is changed in an upgrade changes the object, and a rollback takes it back", async () => {
    const secured = "metrics.secure.enable=true,metrics.secure.certSecret=metrics-tls";
    await install(chart, "--set", `controllerManager.replicas=3,${secured}`, "--set", "rbac.userRoles.enable=false");
    expect((await deployment()).spec.replicas).toBe(3);
    expect(await added()).toContain("ClusterRole - integration-service-metrics-reader");
    expect(await added()).not.toContain("ClusterRole - integration-service-admin");
    await helm("rollback", "integration-service", "1", "--namespace", namespace, "--wait=false");
    expect((await deployment()).spec.replicas).toBe(2);
    expect(await added()).not.toContain("ClusterRole - integration-service-metrics-reader");
    expect(await added()).toContain("ClusterRole - integration-service-admin");
  });

  test("uninstalled, it leaves the CRDs and nothing else", async () => {
    await uninstall();
    const left = await added();
    expect(left.filter((name) => !isCrd(name))).toEqual([]);
    expect(left.filter(isCrd)).toHaveLength(kinds.length);
  });

  test("installed again, it takes the CRDs it left, and without crd.keep leaves nothing at all", async () => {
    await install(chart, "--set", "crd.keep=false");
    await uninstall();
    // An API server forgets a kind some time after its CRD is gone.
    const more = await waitFor(
      "what is there is what was there before",
      async () => [...(await objects())].filter((name) => !before.has(name)),
      (left) => left.length === 0,
    );
    expect(more).toEqual([]);
  });
});

test("an upgrade from an older chart ends where a fresh installation does", async (context) => {
  const folder = await temporaryDirectory();
  context.onTestFinished(() => removeDirectory(folder));
  // As it could have been: no PodDisruptionBudget, fewer rights, another flag, an object that is gone by now.
  await cp(chart, folder, { recursive: true });
  const edit = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(folder, file), change(await readFile(join(folder, file), "utf8")));
  await rm(join(folder, "templates/pod-disruption-budget.yaml"));
  await edit("Chart.yaml", (text) => text.replaceAll("0.1.0", "0.0.9"));
  await edit("templates/_rules.tpl", (text) => text.replace(/- apiGroups: \[tekton\.dev\]\n.*\n.*\n/, ""));
  await edit("templates/deployment.yaml", (text) => text.replace("--leader-elect\n", "--no-leader-elect\n"));
  const old = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: old, namespace: integration-service }\n";
  await writeFile(join(folder, "templates/old.yaml"), old);

  const specs = async (): Promise<string> =>
    kubectl("get", "deployment,role,clusterrole,service,pdb,configmap", "--namespace", namespace, "--output", "json");
  await install(folder);
  const older = stable(await specs());
  await install(chart);
  const upgraded = stable(await specs());
  await uninstall();
  await install(chart);
  const fresh = stable(await specs());
  await uninstall();
  expect(upgraded).not.toEqual(older);
  expect(upgraded).toEqual(fresh);
});

/** Objects of a list without what each has of its own. */
function stable(list: string): readonly unknown[] {
  const isOwn = /^(metadata|status|clusterIPs?)$/;
  const { items } = JSON.parse(list) as { readonly items: readonly KubeObject[] };
  return items
    .filter(({ metadata: { name, labels } }) => name === "old" || labels?.["app.kubernetes.io/instance"] !== undefined)
    .map((object) => [
      nameOf(object),
      object.metadata.labels,
      JSON.parse(JSON.stringify(object, (key, value: unknown) => (isOwn.test(key) ? undefined : value))),
    ]);
}
