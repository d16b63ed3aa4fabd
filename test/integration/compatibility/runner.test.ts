import { describe, expect, inject, test } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import { writesOf } from "../support/audit-log.ts";
import { Kubectl } from "../support/kubectl.ts";
import { scenario } from "../support/manifests.ts";
import { refuse } from "../support/policies.ts";
import { runnerKinds } from "../../../src/controllers/scenario/runner.ts";
import type { Shop } from "../support/shop.ts";
import { openApart, useOperator } from "../support/shops.ts";
import { waitFor } from "../support/wait.ts";

// What a namespace with a scenario is given, so that its tests find the service account that they run as.
const shops = useOperator();
const runner = "konflux-integration-runner";
const pullSecret = "components-namespace-pull";

interface Account extends KubeObject {
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

async function accountThatPulls(shop: Shop): Promise<Account> {
  const account = await waitFor(
    "the service account may pull",
    () => shop.get<Account>("ServiceAccount", runner),
    (seen) => seen?.imagePullSecrets?.some(({ name }) => name === pullSecret) ?? false,
  );
  return account!;
}

describe.concurrent("a namespace with a scenario", () => {
  test("gets the service account, its pull secret and its role binding", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    expect((await accountThatPulls(shop)).imagePullSecrets).toEqual([{ name: pullSecret }]);
    const kubectl = new Kubectl(shop.namespace);
    expect(await kubectl.get("secret", pullSecret)).toMatchObject({
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": Buffer.from('{"auths":{}}').toString("base64") },
    });
    expect(await kubectl.get("rolebinding", runner)).toMatchObject({
      subjects: [{ kind: "ServiceAccount", name: runner, namespace: shop.namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: runner },
    });
  });

  test("keeps what it has: a secret with registries in it, and the other secrets of its service account", async (context) => {
    const shop = await shops.open(context);
    const kubectl = new Kubectl(shop.namespace);
    const auths = '{"auths":{"registry.example":{"auth":"c2VjcmV0"}}}';
    await kubectl.apply(`
apiVersion: v1
kind: Secret
metadata: { name: ${pullSecret} }
type: kubernetes.io/dockerconfigjson
stringData: { .dockerconfigjson: '${auths}' }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${runner}, labels: { ours: "true" } }
imagePullSecrets: [{ name: mine }]
`);
    await shop.furnish({ scenarios: ["smoke"] });
    const account = await accountThatPulls(shop);
    expect(account.imagePullSecrets).toEqual([{ name: "mine" }, { name: pullSecret }]);
    expect(account.metadata.labels).toEqual({ ours: "true" });
    expect(await kubectl.get("secret", pullSecret)).toMatchObject({
      data: { ".dockerconfigjson": Buffer.from(auths).toString("base64") },
    });
  });

  test("that has everything is written to no more, by more scenarios, builds or a restart", async (context) => {
    const { shop, start } = await openApart(context);
    const first = await start();
    await shop.furnish({ scenarios: ["smoke"] });
    await accountThatPulls(shop);
    const written = async (): Promise<readonly string[]> =>
      (await writesOf(inject("auditLog"), shop.namespace)).filter((write) =>
        /serviceaccounts|secrets|rolebindings/.test(write),
      );
    expect(await written()).toHaveLength(3);
    await shop.create(scenario("later", "shop"));
    await shop.scenariosValid(2);
    await shop.build("frontend", "frontend-1");
    await shop.quiet();
    await first.stop();
    await start();
    await shop.build("frontend", "frontend-2");
    await shop.quiet();
    expect(await written()).toHaveLength(3);
  });

  test("that may not be given it is told so, and is tested all the same", async (context) => {
    const shop = await shops.open(context);
    await refuse(shop.client, {
      namespace: shop.namespace,
      resource: runnerKinds.serviceAccount,
      expression: "false",
      message: "service accounts come from elsewhere",
      reason: "Forbidden",
      probe: {},
    });
    await shop.furnish({ scenarios: ["smoke"] });
    const [event] = await waitFor(
      "the scenario is told",
      async () => (await shop.eventsAbout("smoke")).filter((each) => each.startsWith("RunnerNotProvisioned")),
      ({ length }) => length > 0,
    );
    expect(event).toMatch(
      /^RunnerNotProvisioned: Service account konflux-integration-runner may be missing.*elsewhere/,
    );
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
  });

  test("is left alone where others provide for it", async (context) => {
    const { shop, start } = await openApart(context);
    await start("--no-provision-runner");
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    await shop.quiet();
    expect(await shop.get("ServiceAccount", runner)).toBeUndefined();
  });
});
