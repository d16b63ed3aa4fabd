import { resources } from "../../../src/api/group.ts";
import { annotations, finalizers, labels, pipelineTypes } from "../../../src/api/labels.ts";
import { candidateListKey, configMapResource } from "../../../src/cache/candidate-list.ts";
import type { OwnerKind } from "../../../src/domain/owner.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { tektonResources, type RawPipelineRun } from "../../../src/tekton/pipeline-run.ts";
import { finishBuild, imageOf, runBuild, startBuild, type Build } from "../../tekton/builds.ts";
import { application, component, releasePlan, resourceOf, sampleObjects, scenario } from "./manifests.ts";
import type { Tekton } from "./tekton.ts";
import {
  conditionOf,
  viewList,
  viewRelease,
  viewSnapshot,
  type ListView,
  type RawSnapshot,
  type ReleaseView,
  type SnapshotView,
} from "./views.ts";
import { waitFor } from "./wait.ts";

type BuildDetails = Partial<Pick<Build, "labels" | "annotations" | "results">>;

/** A namespace with the Application "shop" in it: what its users do there, and what they see. */
export class Shop {
  readonly namespace: string;
  readonly client: KubeClient;
  readonly tekton: Tekton;

  constructor(client: KubeClient, namespace: string, tekton: Tekton) {
    this.client = client;
    this.namespace = namespace;
    this.tekton = tekton;
  }

  /** Everything in config/samples, and nothing else. */
  async applySamples(): Promise<void> {
    await this.create(...(await sampleObjects()));
    await this.scenariosValid(3);
  }

  /** The Application with Components, required scenarios and ReleasePlans of these names. */
  async furnish({
    components = ["frontend", "backend"],
    scenarios = ["smoke", "end-to-end"],
    plans = ["production"],
  }: {
    readonly components?: readonly string[];
    readonly scenarios?: readonly string[];
    readonly plans?: readonly string[];
  } = {}): Promise<void> {
    await this.create(
      application("shop"),
      ...components.map((name) => component(name, "shop")),
      ...plans.map((name) => releasePlan(name, "shop")),
      ...scenarios.map((name) => scenario(name, "shop")),
    );
    await this.scenariosValid(scenarios.length);
  }

  async create(...objects: readonly KubeObject[]): Promise<void> {
    const { client, namespace } = this;
    await Promise.all(
      objects.map((object) =>
        client.create(resourceOf(object), { ...object, metadata: { ...object.metadata, namespace } }),
      ),
    );
  }

  /** Changes an object as `kubectl patch --type=merge` does. */
  async patch(object: Pick<KubeObject, "kind">, name: string, body: object): Promise<void> {
    await this.client.patch(
      resourceOf(object as KubeObject),
      { namespace: this.namespace, name },
      { type: "merge", body },
    );
  }

  async patchStatus(object: Pick<KubeObject, "kind">, name: string, status: object): Promise<void> {
    const patch = { type: "merge", subresource: "status", body: { status } } as const;
    await this.client.patch(resourceOf(object as KubeObject), { namespace: this.namespace, name }, patch);
  }

  async remove(object: Pick<KubeObject, "kind">, name: string): Promise<void> {
    await this.client.delete(resourceOf(object as KubeObject), { namespace: this.namespace, name });
  }

  async get<T extends KubeObject>(kind: string, name: string): Promise<T | undefined> {
    return this.client.get<T>(resourceOf({ kind, metadata: { name } }), { namespace: this.namespace, name });
  }

  async list<T extends KubeObject>(kind: string, labelSelector = ""): Promise<readonly T[]> {
    const page = await this.client.list<T>(resourceOf({ kind, metadata: { name: "" } }), {
      namespace: this.namespace,
      labelSelector,
    });
    return page.items;
  }

  async build(ofComponent: string, name: string, details: BuildDetails = {}): Promise<void> {
    await runBuild(this.client, this.#build(ofComponent, name, details));
  }

  async startBuild(ofComponent: string, name: string, details: BuildDetails = {}): Promise<void> {
    await startBuild(this.client, this.#build(ofComponent, name, details));
  }

  async finishBuild(ofComponent: string, name: string, details: BuildDetails = {}): Promise<void> {
    await finishBuild(this.client, this.#build(ofComponent, name, details));
  }

  async snapshots(): Promise<readonly SnapshotView[]> {
    return (await this.list<RawSnapshot>("Snapshot")).map(viewSnapshot);
  }

  async snapshot(name: string): Promise<SnapshotView | undefined> {
    const raw = await this.get<RawSnapshot>("Snapshot", name);
    return raw && viewSnapshot(raw);
  }

  /** The component Snapshot of a build, as soon as it exists. */
  async snapshotOf(build: string): Promise<SnapshotView> {
    const seen = await waitFor(
      `build ${build} has its Snapshot`,
      async () => {
        const run = await this.get("PipelineRun", build);
        const name = run?.metadata.annotations?.[annotations.snapshot];
        return {
          said: run?.metadata.annotations,
          snapshot: name === undefined ? undefined : await this.snapshot(name),
        };
      },
      ({ snapshot }) => snapshot !== undefined,
    );
    return seen.snapshot!;
  }

  /** A Snapshot once its condition Promoted is as given: "True Promoted", "False TestsFailed". */
  async snapshotThat(name: string, promoted: string, limitMs?: number): Promise<SnapshotView> {
    const seen = await waitFor(
      `Snapshot ${name} says ${promoted}`,
      () => this.snapshot(name),
      (snapshot) => snapshot?.promoted === promoted,
      limitMs,
    );
    return seen!;
  }

  /** The same, of the component Snapshot of a build. */
  async outcomeOf(build: string, promoted: string, limitMs?: number): Promise<SnapshotView> {
    const { name } = await this.snapshotOf(build);
    return this.snapshotThat(name, promoted, limitMs);
  }

  /** The one Snapshot of type composite made from a revision, once it says so. */
  async composite(revision: number, promoted: string): Promise<SnapshotView> {
    return this.snapshotThat(`shop-composite-${String(revision)}`, promoted);
  }

  async candidateList(ofOwner = "shop", kind: OwnerKind = "Application"): Promise<ListView | undefined> {
    const key = candidateListKey({ kind, namespace: this.namespace, name: ofOwner });
    return viewList(await this.client.get(configMapResource, key));
  }

  async releases(): Promise<readonly ReleaseView[]> {
    return (await this.list("Release")).map(viewRelease);
  }

  async testRuns(): Promise<readonly RawPipelineRun[]> {
    return this.list("PipelineRun", `${labels.pipelinesType}=${pipelineTypes.test}`);
  }

  /** What Events say about an object: "SnapshotCreated: …". */
  async eventsAbout(name: string): Promise<readonly string[]> {
    const resource = { group: "", version: "v1", plural: "events", kind: "Event", namespaced: true };
    const fieldSelector = `involvedObject.name=${name}`;
    const page = await this.client.list(resource, { namespace: this.namespace, fieldSelector });
    return (page.items as readonly (KubeObject & { reason: string; message: string })[]).map(
      ({ reason, message }) => `${reason}: ${message}`,
    );
  }

  /** Everything has been built, tested and concluded, and what is candidate has been promoted. */
  async quiet(limitMs = 60_000): Promise<ListView> {
    await waitFor(
      "nothing is left to do",
      () => this.#unfinished(),
      (left) => left.length === 0,
      limitMs,
    );
    return (await this.candidateList())!;
  }

  /** The same, whether or not everything could be promoted. */
  async concluded(limitMs = 60_000): Promise<void> {
    await waitFor(
      "every Snapshot is concluded",
      () => this.#unconcluded(),
      (left) => left.length === 0,
      limitMs,
    );
  }

  async scenariosValid(count: number): Promise<void> {
    await waitFor(
      `${String(count)} scenarios are valid`,
      async () => {
        const all = await this.list("IntegrationTestScenario");
        return all.filter((each) => conditionOf(each, "IntegrationTestScenarioValid")?.status === "True").length;
      },
      (valid) => valid === count,
    );
  }

  async #unfinished(): Promise<readonly string[]> {
    const left = await this.#unconcluded();
    const list = await this.candidateList();
    const same = JSON.stringify(list?.candidates) === JSON.stringify(list?.promoted.images);
    return same && list !== undefined ? left : [...left, `candidate list ${JSON.stringify(list)}`];
  }

  async #unconcluded(): Promise<readonly string[]> {
    const [runs, snapshots] = [await this.list("PipelineRun"), await this.snapshots()];
    const held = runs
      .filter(({ metadata }) => metadata.finalizers?.includes(finalizers.pipelineRun) ?? isUnseen(metadata))
      .map(({ metadata }) => `PipelineRun ${metadata.name}`);
    const open = snapshots
      .filter(({ promoted }) => promoted === "" || promoted.startsWith("Unknown"))
      .map(({ name, promoted }) => `Snapshot ${name}: ${promoted}`);
    return [...held, ...open];
  }

  #build(ofComponent: string, name: string, details: BuildDetails): Build {
    return { namespace: this.namespace, component: ofComponent, name, ...details };
  }
}

/** What a build's image is called in Snapshots. */
export const image = (ofComponent: string, build: string): string => imageOf({ component: ofComponent, name: build });

/** A build that the operator has not linked to its Snapshot. */
function isUnseen({ labels: own, annotations: said }: KubeObject["metadata"]): boolean {
  const isBuild = own?.[labels.pipelinesType] === pipelineTypes.build;
  return isBuild && said?.[annotations.createSnapshotStatus] === undefined;
}

export const kinds = {
  application: { kind: resources.application.kind },
  component: { kind: resources.component.kind },
  componentGroup: { kind: resources.componentGroup.kind },
  snapshot: { kind: resources.snapshot.kind },
  scenario: { kind: resources.integrationTestScenario.kind },
  releasePlan: { kind: resources.releasePlan.kind },
  release: { kind: resources.release.kind },
  pipelineRun: { kind: tektonResources.pipelineRun.kind },
  taskRun: { kind: tektonResources.taskRun.kind },
  configMap: { kind: configMapResource.kind },
} as const;
