import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import { Kubectl } from "../support/kubectl.ts";
import { useOperator } from "../support/shops.ts";
import { conditionOf } from "../support/views.ts";
import { waitFor } from "../support/wait.ts";

// IntegrationTestScenarios: what kubectl apply refuses without any webhook, and what becomes of one that is taken.
const shops = useOperator();

const scenario = (name: string, spec: string, version = "v1beta2"): string => `
apiVersion: appstudio.redhat.com/${version}
kind: IntegrationTestScenario
metadata: { name: ${name} }
spec: ${spec}
`;
const git = (...params: readonly string[]): string => `{ application: shop, resolverRef: { resolver: git, params: [
  ${params.map((param) => `{ name: ${param.split("=")[0]!}, value: "${param.split("=")[1]!}" }`).join(",\n  ")} ] } }`;
const url = "url=https://git.example/tests";

describe.concurrent("kubectl apply refuses", () => {
  test("what upstream's webhook refuses, and names the field", async (context) => {
    const shop = await shops.open(context);
    const kubectl = new Kubectl(shop.namespace);
    const refused: readonly (readonly [string, string, string])[] = [
      ["1st", git(url), "metadata.name must begin with a lower-case letter"],
      ["no.dots", git(url), "metadata.name must"],
      [
        "own-snapshot",
        git(url).replace("application: shop", "application: shop, params: [{ name: SNAPSHOT, value: x }]"),
        "spec.params must not define SNAPSHOT",
      ],
      [
        "nobodys",
        git(url).replace("application: shop, ", ""),
        "exactly one of spec.application and spec.componentGroup must be set",
      ],
      [
        "twos",
        git(url).replace("shop", "shop, componentGroup: shops"),
        "exactly one of spec.application and spec.componentGroup must be set",
      ],
      ["both", git(url, "repo=tests", "org=shop"), "set either url, or both repo and org"],
      ["half", git("repo=tests"), "set either url, or both repo and org"],
      ["http", git("url=http://git.example/tests"), "url and serverURL must be URLs that begin with https://"],
      [
        "server",
        git("repo=tests", "org=shop", "serverURL=git.example"),
        "url and serverURL must be URLs that begin with https://",
      ],
      ["token", git("repo=tests", "org=shop", "token=My_Token"), "token must be the name of a Secret"],
      ["blank", git(url, "revision= main"), "values must not begin or end with blanks"],
    ];
    for (const [name, spec, problem] of refused) {
      const { ok, stderr } = await kubectl.tryToApply(scenario(name, spec));
      expect({ name, ok }).toEqual({ name, ok: false });
      expect(stderr).toContain(problem);
    }
    expect(await shop.list("IntegrationTestScenario")).toEqual([]);
  });
});

describe.concurrent("a scenario that is taken", () => {
  test("belongs to its Application without being controlled by it, and says that it is valid", async (context) => {
    const shop = await shops.open(context);
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(scenario("e2e", git(url)));
    const said = async (status: string): Promise<KubeObject> =>
      (await waitFor(
        `the scenario says ${status}`,
        () => shop.get("IntegrationTestScenario", "e2e"),
        (seen) => seen !== undefined && conditionOf(seen, "IntegrationTestScenarioValid")?.status === status,
      ))!;
    const early = conditionOf(await said("False"), "IntegrationTestScenarioValid");
    expect(early).toMatchObject({ reason: "Invalid", message: "Failed to get application for Scenario." });
    await kubectl.apply(
      "{ apiVersion: appstudio.redhat.com/v1alpha1, kind: Application, metadata: { name: shop }, spec: { displayName: Shop } }",
    );
    const valid = await said("True");
    expect(conditionOf(valid, "IntegrationTestScenarioValid")).toMatchObject({
      reason: "Valid",
      message: "IntegrationTestScenario is Valid.",
    });
    const { uid } = (await shop.get("Application", "shop"))!.metadata;
    const [owner, ...others] = valid.metadata.ownerReferences!;
    expect(others).toEqual([]);
    expect(owner).toEqual({ apiVersion: "appstudio.redhat.com/v1alpha1", kind: "Application", name: "shop", uid });
    const stored = await kubectl.get<KubeObject & { readonly spec: object }>("its", "e2e");
    expect(stored.spec).toMatchObject({ resolverRef: { resourceKind: "pipeline" } });
  });

  test("in an old version warns, and is run as upstream converts it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    const kubectl = new Kubectl(shop.namespace);
    const { ok, stderr } = await kubectl.tryToApply(
      scenario(
        "old",
        "{ application: shop, bundle: quay.io/tests, pipeline: e2e, environment: { name: staging, type: POC } }",
        "v1alpha1",
      ),
    );
    expect({ ok, stderr }).toEqual({
      ok: true,
      stderr: expect.stringContaining("IntegrationTestScenario is deprecated") as string,
    });
    await shop.scenariosValid(1);
    await shop.build("frontend", "frontend-1");
    const { tests } = await shop.outcomeOf("frontend-1", "True Promoted");
    const run = await shop.get<KubeObject & { readonly spec: object }>(
      "PipelineRun",
      tests["old"]!["testPipelineRunName"]!,
    );
    expect(run!.spec).toMatchObject({
      pipelineRef: {
        resolver: "bundles",
        params: [
          { name: "bundle", value: "quay.io/tests" },
          { name: "name", value: "e2e" },
          { name: "kind", value: "pipeline" },
        ],
      },
    });
  });

  test("left with upstream's finalizer may go", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    const kubectl = new Kubectl(shop.namespace);
    const held = scenario("held", git(url)).replace(
      "name: held",
      "name: held, finalizers: [test.appstudio.openshift.io/scenario]",
    );
    await kubectl.apply(held);
    await kubectl.run("delete", "its", "held", "--timeout=30s");
    expect(await shop.get("IntegrationTestScenario", "held")).toBeUndefined();
  });
});
