import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readValues } from "../../scripts/chart-values.ts";
import { kinds } from "../../src/api/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { operatorRights } from "../../src/rights.ts";
import { parseSettings } from "../../src/settings.ts";
import { chart, helmFor, kubectlFor, nameOf, objectsOf, root, type Tool } from "./tools.ts";

let helm: Tool;
let kubectl: Tool;
beforeAll(async () => {
  [helm, kubectl] = await Promise.all([helmFor(), kubectlFor()]);
});

const release = ["integration-service", chart, "--namespace", "integration-service"] as const;
const set = (...values: readonly string[]): readonly string[] => values.flatMap((value) => ["--set", value]);
const render = async (...args: readonly string[]): Promise<readonly KubeObject[]> =>
  objectsOf(await helm("template", ...release, ...args));

/** Everything that is off by default, turned on. */
const everything = set(
  "prometheus.enable=true",
  "grafana.enable=true",
  "networkPolicy.enable=true",
  "gitStatus.enable=true",
  "metrics.secure.enable=true",
  "metrics.secure.certSecret=metrics-tls",
  "watchNamespaces={one,two}",
  "operator.requireChainsSignature=true",
  "operator.maxRunningTests=9",
  "operator.maxRunningTestsPerNamespace=3",
);

describe("helm lint", () => {
  test.each([
    ["with its defaults", []],
    ["with everything turned on", everything],
    ["in two namespaces", set("watchNamespaces={one,two}")],
  ])("finds nothing %s", async (_, values) => {
    expect(await helm("lint", "--strict", chart, ...values)).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  test.each([
    ["a value that does not exist", "controllerManager.replica=3", "additional properties 'replica' not allowed"],
    ["a value of another type", "metrics.enable=maybe", "got string, want boolean"],
    ["a value out of its range", "operator.concurrency=0", "minimum: got 0, want 1"],
    ["two replicas without an election", "leaderElection.enable=false", "would make everything twice"],
  ])("refuses %s", async (_, value, problem) => {
    const { code, stdout, stderr } = await helm.attempt("template", ...release, ...set(value));
    expect(`${String(code)} ${stdout}${stderr}`).toMatch(/^1 /);
    expect(stderr).toContain(problem);
  });
});

describe("values.yaml and the templates", () => {
  const folder = join(chart, "templates");
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n")
    // What the Deployment calls $manager.
    .replaceAll("$manager.", ".Values.controllerManager.")
    .replaceAll("$ports.", ".Values.controllerManager.container.ports.");
  const used = new Set([...text.matchAll(/\.Values\.([\w.]+)/g)].map((match) => match[1]!));
  const { values } = readValues(readFileSync(join(chart, "values.yaml"), "utf8"));
  const paths = values.map(({ path }) => path);
  const isPart = (path: string, whole: string): boolean => path === whole || path.startsWith(`${whole}.`);

  test("name the same values: the templates use no other", () => {
    expect([...used].filter((each) => !paths.some((path) => isPart(path, each)))).toEqual([]);
  });

  test("name the same values: none is there for nothing", () => {
    expect(paths.filter((path) => ![...used].some((each) => isPart(path, each)))).toEqual([]);
  });
});

test("a part of the operator that can be off is on by default in the chart where the roles say so", () => {
  const byDefault = Object.fromEntries(
    readValues(readFileSync(join(chart, "values.yaml"), "utf8")).values.map((value) => [value.path, value.byDefault]),
  );
  const optional = operatorRights.flatMap((part) => (part.optional === undefined ? [] : [part.optional]));
  expect(optional.map(({ value }) => [value, byDefault[value]])).toEqual(
    optional.map((each) => [each.value, each.byDefault]),
  );
});

/** Flags for a process outside of a cluster. */
const notForPods = ["kubeconfig", "context", "leader-election-namespace"];

test("the operator understands the flags of the chart, and there is a value for each that a pod has a use for", async () => {
  const args = argsOf(await render(...everything));
  const parsed = parseSettings(args, {});
  if (parsed.kind !== "settings") throw new Error(JSON.stringify(parsed));
  const known = Object.keys(parsed.settings).filter((name) => name !== "environment" && !notForPods.includes(name));
  const given = args.map((arg) => arg.replace(/^--(no-)?/, "").replace(/=.*/, ""));
  expect(given.toSorted()).toEqual(known.toSorted());
  expect(parseSettings(argsOf(await render()), {})).toMatchObject({ kind: "settings" });
});

test("the values of the chart win over those that the operator has anyway, in every rendering", async () => {
  const values = set("controllerManager.container.args={--concurrency=3}", "metrics.enable=false");
  expect(parseSettings(argsOf(await render(...values)), {})).toMatchObject({
    settings: { concurrency: 3, "metrics-bind-address": "0" },
  });
});

function argsOf(objects: readonly KubeObject[]): readonly string[] {
  const deployment = objects.find(({ kind }) => kind === "Deployment") as Deployment;
  return deployment.spec.template.spec.containers[0]!.args;
}

interface Deployment extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { args: string[]; volumeMounts?: { name: string; mountPath: string }[] }[];
        readonly volumes?: readonly object[];
      };
    };
  };
}

test("every kind has its CRD in the chart, and each group of them its switch", async () => {
  const crds = async (...values: readonly string[]): Promise<readonly string[]> =>
    (await render(...values))
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(({ metadata }) => metadata.name);
  const all = kinds.map(({ resource }) => `${resource.plural}.${resource.group}`);
  expect((await crds()).toSorted()).toEqual(all.toSorted());
  const konflux = await crds(...set("crd.groups.application=false", "crd.groups.release=false"));
  expect(konflux).toContain("integrationtestscenarios.appstudio.redhat.com");
  expect(konflux.filter((name) => /^(applications|components|snapshots|release)/.test(name))).toEqual([]);
  expect(await crds(...set("crd.enable=false"))).toEqual([]);
});

test("in a list of namespaces there is no right beyond them", async () => {
  const objects = await render(...set("watchNamespaces={one,two}", "rbac.userRoles.enable=false", "crd.enable=false"));
  expect(objects.filter(({ metadata }) => metadata.namespace === undefined).map(nameOf)).toEqual([]);
  const roles = objects.filter(({ kind }) => kind === "Role").map(({ metadata }) => metadata.namespace ?? "");
  expect(roles.toSorted()).toEqual(["integration-service", "one", "two"]);
});

describe("metrics.secure.enable", () => {
  const on = set("metrics.secure.enable=true");
  const byName = (objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> =>
    new Map(objects.map((object) => [nameOf(object), object]));
  const roles = [
    "ClusterRole integration-service-metrics-access",
    "ClusterRole integration-service-metrics-reader",
    "ClusterRoleBinding integration-service-metrics-access",
  ];
  const serviceMonitor = async (...values: readonly string[]): Promise<unknown> => {
    const objects = await render(...on, ...set("prometheus.enable=true", ...values));
    const monitor = objects.find(({ kind }) => kind === "ServiceMonitor") as ServiceMonitor | undefined;
    return monitor?.spec.endpoints[0];
  };

  test("adds a flag and the roles for it, and changes nothing else", async () => {
    const [off, secured] = [byName(await render()), byName(await render(...on))];
    expect([...secured.keys()].filter((name) => !off.has(name)).toSorted()).toEqual(roles);
    const changed = [...off].filter(([name, object]) => JSON.stringify(secured.get(name)) !== JSON.stringify(object));
    expect(changed.map(([, { kind }]) => kind)).toEqual(["Deployment"]);
    expect(argsOf([...secured.values()])).toEqual([...argsOf([...off.values()]), "--metrics-secure"]);
  });

  test.each([
    ["in a list of namespaces", ["watchNamespaces={one,two}"], roles],
    ["without roles", ["rbac.enable=false"], []],
    ["without metrics", ["metrics.enable=false"], []],
  ])("%s makes the roles that are of use", async (_, values, expected) => {
    const names = [...byName(await render(...on, ...set(...values))).keys()];
    expect(
      names.filter((name) => name.includes("-metrics-access") || name.includes("-metrics-reader")).toSorted(),
    ).toEqual(expected);
  });

  test("the certificate's Secret is mounted where the flag says", async () => {
    const objects = await render(...on, ...set("metrics.secure.certSecret=metrics-tls"));
    const { spec } = (objects.find(({ kind }) => kind === "Deployment") as Deployment).spec.template;
    expect(spec.volumes).toEqual([{ name: "metrics-certificate", secret: { secretName: "metrics-tls" } }]);
    const [mount] = spec.containers[0]!.volumeMounts ?? [];
    expect(mount).toMatchObject({ name: "metrics-certificate", readOnly: true });
    expect(argsOf(objects)).toContain(`--metrics-cert-path=${mount!.mountPath}`);
  });

  test("Prometheus shows its own token and cannot check a certificate that each pod makes", async () => {
    expect(await serviceMonitor()).toMatchObject({
      scheme: "https",
      bearerTokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
      tlsConfig: { insecureSkipVerify: true },
    });
  });

  test("Prometheus shows the token it is given, and checks a certificate for the Service", async () => {
    const endpoint = await serviceMonitor(
      "metrics.secure.certSecret=metrics-tls",
      "metrics.secure.tokenSecret=scraper",
    );
    expect(endpoint).toEqual({
      port: "metrics",
      path: "/metrics",
      interval: "30s",
      scheme: "https",
      authorization: { credentials: { name: "scraper", key: "token" } },
      tlsConfig: {
        serverName: "integration-service-controller-manager-metrics.integration-service.svc",
        ca: { secret: { name: "metrics-tls", key: "ca.crt" } },
      },
    });
  });
});

interface ServiceMonitor extends KubeObject {
  readonly spec: { readonly endpoints: readonly unknown[] };
}

describe("kustomize renders what the chart does, object by object:", () => {
  /** What only one of the two writes: who manages it, and what Helm is to do with it. */
  const isToolsOwn = (key: string): boolean => /^(helm\.sh\/|app\.kubernetes\.io\/(managed-by|version)$)/.test(key);
  const stripped = (map: Readonly<Record<string, string>> | undefined): object =>
    Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !isToolsOwn(key)));
  const plain = (objects: readonly KubeObject[]): Readonly<Record<string, object>> =>
    Object.fromEntries(
      objects.map((object) => {
        const { labels, annotations, ...metadata } = object.metadata;
        const common = { labels: stripped(labels), annotations: stripped(annotations) };
        return [nameOf(object), { ...object, metadata: { ...metadata, ...common } }];
      }),
    );

  test.each([
    ["default", [], []],
    ["namespaced", set("watchNamespaces={integration-service}"), []],
    [
      "prometheus",
      set("prometheus.enable=true", "grafana.enable=true"),
      ["ServiceMonitor", "PrometheusRule", "ConfigMap"],
    ],
    ["secure-metrics", set("metrics.secure.enable=true", "prometheus.enable=true", "grafana.enable=true"), []],
  ])("config/%s", async (folder, values, only) => {
    const kustomized = objectsOf(await kubectl("kustomize", join(root, "config", folder)));
    const namespace = kustomized.filter(({ kind }) => kind === "Namespace");
    const rendered = await render(...values);
    const compared = only.length === 0 ? rendered : rendered.filter(({ kind }) => only.includes(kind!));
    // Helm makes the namespace itself, with --create-namespace.
    expect(plain(kustomized)).toEqual(plain([...namespace, ...compared]));
  });

  test("config/samples holds every sample", async () => {
    const objects = objectsOf(await kubectl("kustomize", join(root, "config/samples")));
    const files = readdirSync(join(root, "config/samples")).filter((file) => file.endsWith(".yaml"));
    const written = files.flatMap((file) => objectsOf(readFileSync(join(root, "config/samples", file), "utf8")));
    expect(plain(objects)).toEqual(plain(written));
  });
});
