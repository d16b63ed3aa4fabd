import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { allRules } from "../../scripts/generate-rbac.ts";
import { rulesOf } from "../../scripts/rbac-rules.ts";
import { resources } from "../../src/api/group.ts";
import { annotations, finalizers } from "../../src/api/labels.ts";
import { runnerClusterRole, runnerKinds } from "../../src/controllers/scenario/runner.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, ObjectKey, OwnerReference, Resource } from "../../src/kube/object.ts";
import { leaderElectionRights, operatorRights } from "../../src/rights.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { connect } from "./support/connection.ts";
import { readMetrics } from "./support/https.ts";
import {
  application,
  component,
  componentGroup,
  overrideSnapshot,
  pacRepository,
  scenario,
} from "./support/manifests.ts";
import { freePort } from "./support/operator-process.ts";
import { answerRequest, openRequest } from "./support/resolver.ts";
import {
  allowInOwnNamespace,
  createServiceAccount,
  tokenOf,
  userOf,
  writeKubeconfigOf,
} from "./support/service-account.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { openApart } from "./support/shops.ts";
import { askedBy, rightsIn } from "./support/used-rights.ts";
import { waitFor } from "./support/wait.ts";

// What is granted has to be what is used: the generated roles against the audit log of the API server.
const namespace = "integration-service";

/** Rights that the API server asks for while it admits a request for something else; no log shows their use. */
const ownership = operatorRights.filter(({ part }) => part === "ownership").flatMap(({ rights }) => rights);
const bind = "bind rbac.authorization.k8s.io/clusterroles";
const inAdmission = [...rightsIn(rulesOf(ownership)), bind];

test("as its ServiceAccount, the operator is refused nothing and uses every right it is given", async (context) => {
  const account = { namespace, name: `operator-${randomUUID().slice(0, 8)}` };
  const kubeconfig = await become(account, context.onTestFinished);
  const { shop, start } = await openApart(context, kubeconfig);
  const election = ["--leader-elect", "--leader-election-namespace", namespace];
  const metrics = await freePort();
  const secure = ["--metrics-secure", "--metrics-bind-address", `127.0.0.1:${String(metrics)}`];
  const first = await start(...election, ...secure, "--git-status");
  await useEverything(shop);
  // Its own token serves for that: it has no right to read metrics.
  expect((await readMetrics(metrics, { token: await tokenOf(shop.client, account) })).status).toBe(403);
  await first.stop();
  // Two that both act, as a paused leader and its successor might, run into what the other one has made.
  await Promise.all([start(), start()]);
  const granted = [...rightsIn(allRules), ...rightsIn(rulesOf(leaderElectionRights))].filter(
    (right) => !inAdmission.includes(right),
  );
  let races = 0;
  const unused = await waitFor(
    "every right is used",
    async () => {
      const { allowed } = await askedBy(inject("auditLog"), userOf(account));
      const left = granted.filter((right) => !allowed.has(right));
      if (left.length > 0) {
        races += 1;
        await Promise.all(["frontend", "backend"].map((each) => shop.build(each, `${each}-race-${String(races)}`)));
        await shop.quiet();
      }
      return left;
    },
    (left) => left.length === 0,
  );
  expect(unused).toEqual([]);
  expect((await askedBy(inject("auditLog"), userOf(account))).refused).toEqual([]);
});

/** What happens in an Application's life, each thing for a right that nothing else needs. */
async function useEverything(shop: Shop): Promise<void> {
  // A service account that may not pull yet is given the Secret, and one that is missing is made: at the next start.
  const runner = { kind: "ServiceAccount", metadata: { name: "konflux-integration-runner" } };
  await shop.create(runner);
  await shop.furnish({ scenarios: ["smoke"] });
  // Something else has the candidate list's name: it is looked at.
  await shop.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop-gcl" } });
  await shop.build("frontend", "frontend-1");
  await shop.outcomeOf("frontend-1", "Unknown CandidateListUnreadable");
  await shop.remove(kinds.configMap, "shop-gcl");
  await shop.build("backend", "backend-1");
  await shop.quiet();
  // A list that is lost is rebuilt from the Snapshots.
  await shop.remove(kinds.configMap, "shop-gcl");
  await shop.build("backend", "backend-2");
  await shop.quiet();
  // A Snapshot of a person is adopted, and its tests are run again.
  await shop.create(overrideSnapshot("by-hand", "shop", { backend: image("backend", "by-hand") }));
  await shop.quiet();
  // A scenario may fetch what it runs.
  const resolverRef = { resolver: "hub", params: [], resourceKind: "pipelinerun" };
  await shop.create(scenario("fetched", "shop", { resolverRef }));
  await shop.scenariosValid(2);
  await shop.build("backend", "backend-3");
  await answerRequest(shop, await openRequest(shop), "{ apiVersion: tekton.dev/v1, kind: PipelineRun, spec: {} }");
  await shop.quiet();
  await shop.remove(kinds.scenario, "fetched");
  // A build of what does not exist is given up once that is sure.
  await shop.build("nothing", "nothing-1");
  await shop.create(component("lonely", "missing"));
  await shop.build("lonely", "lonely-1");
  // What is told again is counted in the Event that there is.
  await waitFor(
    "it is told",
    () => shop.eventsAbout("lonely"),
    (events) => events.length === 1,
  );
  await shop.patch(kinds.component, "lonely", { metadata: { labels: { touched: "true" } } });
  // A git provider is to be told, and the Repository names a Secret that is not there.
  const repository = { url: "https://git.invalid/acme/shop", git_provider: { secret: { name: "git-token" } } };
  await shop.create(pacRepository("shop", repository));
  await shop.build("frontend", "frontend-2", {
    labels: { "pipelinesascode.tekton.dev/git-provider": "forgejo", "pipelinesascode.tekton.dev/sha": "0123abc" },
    annotations: { "pipelinesascode.tekton.dev/repo-url": repository.url },
  });
  await waitFor(
    "the failure to tell it is noted",
    async () => (await shop.snapshotOf("frontend-2")).raw.metadata.annotations?.[annotations.gitReportingFailure],
    (problem) => problem === "Secret git-token does not hold provider.token",
  );
  // What is taken out of a ComponentGroup loses its candidate once that is sure, and the group's status says so.
  const components = [{ name: "lonely", componentVersion: { name: "v1" } }];
  const versions = { annotations: { "appstudio.openshift.io/version": "v1" } };
  await shop.create(componentGroup("services", components));
  await shop.build("lonely", "lonely-2", versions);
  await shop.outcomeOf("lonely-2", "True Promoted");
  await shop.patch(kinds.componentGroup, "services", { spec: { components: [] } });
  await waitFor(
    "its candidate goes",
    () => shop.candidateList("services", "ComponentGroup"),
    (list) => list?.revision === 2,
  );
  // A Component that upstream's operator held may go.
  await shop.create({ ...component("old", "shop"), metadata: { name: "old", finalizers: [finalizers.component] } });
  await shop.remove(kinds.component, "old");
  await waitFor(
    "the Component goes",
    () => shop.get("Component", "old"),
    (seen) => seen === undefined,
  );
  await waitFor(
    "the service account may pull",
    () => shop.get<KubeObject & { readonly imagePullSecrets?: readonly object[] }>(runner.kind, runner.metadata.name),
    (seen) => seen?.imagePullSecrets?.length === 1,
  );
  await shop.remove(runner, runner.metadata.name);
}

const owner = { apiVersion: "appstudio.redhat.com/v1alpha1", controller: true, blockOwnerDeletion: true };
const ofApplication = (name: string, uid: string): OwnerReference => ({ ...owner, kind: "Application", name, uid });
const ofGroup = (name: string, uid: string): OwnerReference => ({
  ...owner,
  apiVersion: "appstudio.redhat.com/v1beta2",
  kind: "ComponentGroup",
  name,
  uid,
});
const ofSnapshot = (name: string, uid: string): OwnerReference => ({ ...owner, kind: "Snapshot", name, uid });

test("what no log shows is asked for: without it the API server refuses what the operator does", async (context) => {
  const { shop } = await openApart(context);
  const snapshot = { ...overrideSnapshot("snapshot", "shop", {}) };
  await shop.create(application("shop"), componentGroup("services", []), scenario("smoke", "shop"), snapshot);
  const [shopUid = "", groupUid = "", snapshotUid = ""] = await Promise.all(
    [shop.get("Application", "shop"), shop.get("ComponentGroup", "services"), shop.get("Snapshot", "snapshot")].map(
      async (one) => (await one)?.metadata.uid,
    ),
  );
  const own = { namespace: shop.namespace, name: "own" };
  // Rights that the operator does not have itself.
  const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
  const clusterRole = { metadata: { name: runnerClusterRole }, rules };
  await shop.client.create<typeof clusterRole>(runnerKinds.clusterRole, clusterRole);
  const owned = (reference: object): object => ({ metadata: { ownerReferences: [reference] } });
  const adopt = (resource: Resource, name: string) => (client: KubeClient) =>
    client.patch(resource, { ...own, name }, { type: "merge", body: owned(ofApplication("shop", shopUid)) });
  const attempts: Readonly<Record<string, (client: KubeClient) => Promise<unknown>>> = {
    "update appstudio.redhat.com/applications/finalizers": (client) =>
      client.create(resources.snapshot, {
        ...snapshot,
        metadata: { ...own, ownerReferences: [ofApplication("shop", shopUid)] },
      }),
    "update appstudio.redhat.com/componentgroups/finalizers": (client) =>
      client.create(resources.snapshot, {
        ...snapshot,
        metadata: { ...own, ownerReferences: [{ ...ofGroup("services", groupUid) }] },
      }),
    "update appstudio.redhat.com/snapshots/finalizers": (client) =>
      client.create(tektonResources.pipelineRun, {
        apiVersion: "tekton.dev/v1",
        kind: "PipelineRun",
        metadata: { ...own, ownerReferences: [ofSnapshot("snapshot", snapshotUid)] },
      }),
    "delete appstudio.redhat.com/snapshots": adopt(resources.snapshot, "snapshot"),
    [bind]: (client) =>
      client.create<KubeObject & { readonly roleRef: object }>(runnerKinds.roleBinding, {
        metadata: own,
        roleRef: { apiGroup: runnerKinds.clusterRole.group, kind: "ClusterRole", name: runnerClusterRole },
      }),
    "delete appstudio.redhat.com/integrationtestscenarios": adopt(resources.integrationTestScenario, "smoke"),
  };
  expect(Object.keys(attempts).toSorted()).toEqual(inAdmission.toSorted());
  for (const [right, attempt] of Object.entries(attempts)) {
    const account = { namespace, name: `without-${randomUUID().slice(0, 8)}` };
    const { client, close } = connect(await become(account, context.onTestFinished, [right]));
    await expect(attempt(client)).rejects.toThrow(
      /cannot set (blockOwnerDeletion|an ownerRef)|attempting to grant RBAC permissions/,
    );
    await close();
  }
});

/** Makes a ServiceAccount with the operator's rights but those left out; returns the file of how to be it. */
async function become(
  account: ObjectKey,
  atEnd: (undo: () => Promise<void>) => void,
  without: readonly string[] = [],
): Promise<string> {
  const { client, close } = connect(inject("kubeconfig"));
  const rules = allRules.filter((rule) => rightsIn([rule]).every((right) => !without.includes(right)));
  await createServiceAccount(client, account, rules);
  await allowInOwnNamespace(client, account, rulesOf(leaderElectionRights));
  const directory = await temporaryDirectory();
  atEnd(() => removeDirectory(directory));
  const file = join(directory, "kubeconfig");
  await writeKubeconfigOf(client, account, { admin: inject("kubeconfig"), file });
  await close();
  return file;
}
