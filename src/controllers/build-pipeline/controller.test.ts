import { expect, test } from "vitest";
import { annotations, labels, pipelineTypes } from "../../api/labels.ts";
import { componentGroupIndexes, projectComponentGroup } from "../../cache/component-group.ts";
import { componentIndexes, projectComponent } from "../../cache/component.ts";
import { pipelineRunIndexes, projectPipelineRun } from "../../cache/pipeline-run.ts";
import { projectSnapshot, snapshotIndexes } from "../../cache/snapshot.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createStore } from "../../runtime/store.ts";
import type { Environment } from "../environment.ts";
import { buildPipelineController } from "./controller.ts";

const namespace = "shop";

const object = (
  name: string,
  resourceVersion: string,
  more: { readonly metadata?: object; readonly spec?: object; readonly status?: object },
): KubeObject => {
  const metadata = { name, namespace, uid: name, resourceVersion, ...more.metadata };
  return { ...more, metadata } as KubeObject;
};

const component = projectComponent(object("cart", "1", {}));

const group = (resourceVersion: string, members: readonly object[]): ReturnType<typeof projectComponentGroup> =>
  projectComponentGroup(
    object("web", resourceVersion, {
      spec: { components: members },
      metadata: { generation: Number(resourceVersion) },
    }),
  );

/** A build of `cart` in version v1 that has no Snapshot, and what it needs. */
function waiting(told: object = {}) {
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: "cart" };
  const metadata = { labels: own, annotations: { [annotations.version]: "v1", ...told } };
  const status = { conditions: [{ type: "Succeeded", status: "True", reason: "Succeeded" }] };
  const caches = {
    pipelineRuns: createStore({ indexes: pipelineRunIndexes }),
    components: createStore({ indexes: componentIndexes }),
    componentGroups: createStore({ indexes: componentGroupIndexes }),
    applications: createStore(),
    candidateLists: createStore(),
    snapshots: createStore({ indexes: snapshotIndexes }),
  };
  caches.pipelineRuns.apply(projectPipelineRun(object("cart-1", "1", { metadata, status }))!);
  caches.components.apply(component);
  caches.componentGroups.apply(group("1", [{ name: "cart", componentVersion: { name: "v1" } }]));
  const woken: string[] = [];
  const { sources } = buildPipelineController({ caches } as unknown as Environment, { requireSignature: false });
  for (const source of sources) source.start(({ name }) => woken.push(name));
  woken.length = 0;
  return { caches, woken };
}

// What it says of its Snapshot would else be out of date until somebody looks at everything.
test("a build that waits is looked at again when its Component goes", () => {
  const { caches, woken } = waiting();
  caches.components.remove(component.key, component.uid);
  expect(woken).toEqual(["cart-1"]);
});

test("a build that waits is looked at again when its Component is taken out of its ComponentGroup", () => {
  const { caches, woken } = waiting();
  caches.componentGroups.apply(group("2", []));
  expect(woken).toEqual(["cart-1"]);
});

const snapshotOfIt = object("made", "1", {
  metadata: { labels: { [labels.buildPipelineRun]: "cart-1", [labels.component]: "cart" } },
  spec: { application: "shop", components: [] },
});

// It was made, and the answer did not come back: when it is heard of, the build may have been told that it gets none.
test("a build that was told that it has no Snapshot is looked at again when one turns up", () => {
  const { caches, woken } = waiting({ [annotations.createSnapshotStatus]: "Failed to create snapshot" });
  caches.snapshots.apply(projectSnapshot(snapshotOfIt)!);
  expect(woken).toEqual(["cart-1"]);
});

test("a build that was told nothing is not looked at again when its Snapshot is made", () => {
  const { caches, woken } = waiting();
  caches.snapshots.apply(projectSnapshot(snapshotOfIt)!);
  expect(woken).toEqual([]);
});
