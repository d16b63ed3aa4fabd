import { conditionTypes } from "../../../src/api/conditions.ts";
import { annotations, labels } from "../../../src/api/labels.ts";
import type { ApiObject } from "../apiserver/json.ts";
import { objectOf } from "../apiserver/json.ts";
import type { TypeName } from "../apiserver/store-access.ts";
import { createChance, type Chance } from "./chance.ts";
import { namespace, types } from "./definitions.ts";
import * as manifests from "./manifests.ts";
import { componentsOf, nameOf, ownerOf, type OwnerId } from "./owners.ts";
import { conditionOf, labelOf, readList, stateOf } from "./readings.ts";
import { putIn, takeOut } from "./membership.ts";
import { change, iso, later, setStatus, type Stage } from "./stage.ts";
import { prune } from "./tekton.ts";
import { plannedScenario, type Deed, type PlannedBuild, type PlannedOwner } from "./workload.ts";

/** Everything that does not come from the operator: what is there from the start, builds, and people's deeds. */
export function startPeople(stage: Stage): void {
  const { workload } = stage;
  const chance = createChance(stage.settings.seed, "people");
  for (const owner of workload.owners) {
    furnish(stage, owner);
    for (const scenario of owner.scenarios) putScenario(stage, scenario);
    for (const plan of owner.plans) putPlan(stage, plan.name, owner.id, plan.auto);
  }
  for (const build of workload.builds) later(stage, build.beginsMs, () => begin(stage, chance, build));
  for (const { atMs, owner: id, deed } of workload.deeds) {
    const owner = workload.owners.find((each) => each.id === id);
    if (owner !== undefined) later(stage, atMs, () => perform({ stage, chance, owner }, deed));
  }
}

/** The owner itself, and its Components. */
function furnish({ server }: Stage, owner: PlannedOwner): void {
  const isGroup = owner.kind === "ComponentGroup";
  server.put(isGroup ? manifests.componentGroup(owner) : manifests.application(owner.name, owner.immediate));
  for (const name of new Set(owner.listed.map(nameOf))) {
    // A ComponentGroup may share what an Application has.
    if (server.get(types.component, name, namespace) !== undefined) continue;
    server.put(manifests.component(name, isGroup ? undefined : owner.name, !isGroup && owner.startingImages));
  }
}

function putScenario(stage: Stage, scenario: manifests.ScenarioManifest): void {
  stage.truth.scenarios.push({ ...scenario, since: stage.now(), until: Infinity });
  stage.server.put(manifests.scenario(scenario));
}

function putPlan(stage: Stage, name: string, owner: OwnerId, auto: boolean): void {
  stage.truth.plans.push({ name, owner, auto, since: stage.now(), until: Infinity });
  stage.server.put(manifests.releasePlan(name, owner, auto));
}

function begin(stage: Stage, chance: Chance, planned: PlannedBuild): void {
  const { short, component, sequence, pullRequest, merges } = planned;
  const made = stage.server.put(manifests.buildRun({ name: short, component, sequence, pullRequest, merges }));
  const createdAt = Date.parse(made.metadata.creationTimestamp ?? "");
  stage.truth.builds.set(short, { planned, createdAt, startedAt: createdAt });
  later(stage, chance.between(0, 400), () => {
    const build = stage.truth.builds.get(short);
    const startTime = iso(stage).replace(/\.\d+Z$/, "Z");
    const running = {
      type: "Succeeded",
      status: "Unknown",
      reason: "Running",
      message: "",
      lastTransitionTime: startTime,
    };
    if (setStatus(stage, types.pipelineRun, short, { startTime, conditions: [running] }) && build !== undefined)
      build.startedAt = Date.parse(startTime);
  });
  later(stage, Math.max(500, planned.endsMs - planned.beginsMs), () => finish(stage, chance, planned));
}

function finish(stage: Stage, chance: Chance, { short, component, outcome }: PlannedBuild): void {
  const now = iso(stage);
  const succeeded = outcome !== "failed";
  setStatus(stage, types.pipelineRun, short, {
    completionTime: now,
    results: outcome === "succeeded" ? manifests.buildResults(component, short) : [],
    conditions: [
      {
        type: "Succeeded",
        status: succeeded ? "True" : "False",
        reason: "Ended",
        message: "",
        lastTransitionTime: now,
      },
    ],
  });
  prune(stage, short);
  // Tekton Chains signs what has finished.
  later(stage, chance.between(10, 5_000), () => touch(stage, types.pipelineRun, short, "chains.tekton.dev/signed"));
}

function touch(stage: Stage, type: { apiVersion: string; kind: string }, name: string, key: string): boolean {
  return change(stage, type, name, (object) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [key]: String(stage.now()) } },
  }));
}

interface Doing {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly owner: PlannedOwner;
}

const deeds: { readonly [Kind in Deed["kind"]]: (doing: Doing, deed: Extract<Deed, { kind: Kind }>) => void } = {
  override: ({ stage, chance, owner }, { valid, whole }) => {
    const present = componentsOf(stage.server, owner.id);
    const known = owner.components.filter((each) => present.has(each));
    const chosen = whole ? known : known.slice(0, 1);
    const name = `${prefixOf(owner)}-override-${Math.floor(stage.now())}`;
    const images = new Map(chosen.map((each) => [each, imageFor(stage, chance, each)]));
    if (!valid)
      images.set(
        chance.pick([...chosen, "nobody"]),
        chance.pick(["registry.example/no-digest:latest", manifests.imageOf("x", "x.1")]),
      );
    if (images.size > 0) stage.server.put(manifests.snapshot({ name, owner: owner.id, typed: true, images }));
  },
  untyped: ({ stage, chance, owner }) => {
    const images = new Map(owner.components.map((each) => [each, imageFor(stage, chance, each)]));
    stage.server.put(
      manifests.snapshot({
        name: `${prefixOf(owner)}-byhand-${Math.floor(stage.now())}`,
        owner: owner.id,
        typed: false,
        images,
      }),
    );
  },
  rerun: ({ stage, chance, owner }, { which }) => {
    const snapshots = snapshotsOf(stage, owner.id);
    const scenarios = stage.truth.scenarios.filter((each) => each.owner === owner.id);
    if (snapshots.length === 0 || scenarios.length === 0) return;
    const asked = which === "all" ? "all" : chance.pick(scenarios).name;
    change(stage, types.snapshot, chance.pick(snapshots).metadata.name, (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, [labels.run]: asked } },
    }));
  },
  deleteList: ({ stage, owner }) => deleteList(stage, owner.id),
  garbleList: ({ stage, chance, owner }, { repairMs, repair }) => {
    const name = owner.id;
    const before = stage.server.get(types.configMap, name, namespace);
    if (before === undefined || readList(before) === undefined) return;
    const data = objectOf(before["data"]);
    const key = chance.pick(Object.keys(data));
    stage.server.put({
      ...before,
      data: { ...data, [key]: chance.pick(["nonsense", "{}", '{"revision":"x"}', "[]"]) },
    });
    later(stage, repairMs, () => {
      // Who repairs a list that is right again would break it.
      const present = stage.server.get(types.configMap, name, namespace);
      if (present === undefined || readList(present) !== undefined) return;
      if (repair === "delete") deleteList(stage, owner.id);
      else change(stage, types.configMap, name, (object) => ({ ...object, data }));
    });
  },
  removeComponent: ({ stage, chance, owner }, { backMs }) => {
    const component = chance.pick(owner.listed);
    if (owner.kind === "ComponentGroup" && chance.happens(0.6)) return takeOut(stage, owner, { component, backMs });
    const name = nameOf(component);
    const before = stage.server.get(types.component, name, namespace);
    if (before === undefined) return;
    stage.truth.remove(component);
    stage.server.delete(types.component, name, namespace);
    const { application } = objectOf(before["spec"]) as { readonly application?: string };
    if (backMs > 0) later(stage, backMs, () => void stage.server.put(manifests.component(name, application, false)));
  },
  addComponent: ({ stage, owner }) => {
    const isGroup = owner.kind === "ComponentGroup";
    const name = `${owner.name}-late`;
    if (stage.server.get(types.component, name, namespace) === undefined)
      stage.server.put(manifests.component(name, isGroup ? undefined : owner.name, true));
    if (isGroup) putIn(stage, owner, `${name}@v1`);
  },
  addScenario: ({ stage, chance, owner }) => {
    const index = stage.truth.scenarios.length + 10;
    putScenario(stage, plannedScenario(owner, index, chance));
  },
  removeScenario: ({ stage, chance, owner }) => {
    const there = stage.truth.scenarios.filter((each) => each.owner === owner.id && each.until === Infinity);
    if (there.length === 0) return;
    const gone = chance.pick(there);
    gone.until = stage.now();
    stage.server.delete(types.scenario, gone.name, namespace);
  },
  addPlan: ({ stage, owner }) =>
    putPlan(stage, `${prefixOf(owner)}-plan-${stage.truth.plans.length + 10}`, owner.id, true),
  removePlan: ({ stage, chance, owner }) => {
    const there = stage.truth.plans.filter((each) => each.owner === owner.id && each.until === Infinity);
    if (there.length === 0) return;
    const gone = chance.pick(there);
    gone.until = stage.now();
    stage.server.delete(types.releasePlan, gone.name, namespace);
  },
  deleteRun: ({ stage, chance, owner }) => {
    const tests = stage.truth.scenarios.filter((each) => each.owner === owner.id).map(({ name }) => name);
    const runs = stage.server
      .all(types.pipelineRun, namespace)
      .filter(
        (run) => tests.includes(labelOf(run, labels.scenario) ?? "") && run.metadata.deletionTimestamp === undefined,
      );
    if (runs.length === 0) return;
    const run = chance.pick(runs);
    const { name } = run.metadata;
    const [snapshot = "", scenario = ""] = [labelOf(run, labels.snapshot), labelOf(run, labels.scenario)];
    if (stateOf(run) === "running") stage.truth.play(snapshot, scenario, { run: name, result: "deleted", images: "" });
    stage.server.delete(types.pipelineRun, name, namespace);
  },
  deleteSnapshot: ({ stage, chance, owner }) => {
    const over = snapshotsOf(stage, owner.id).filter((each) =>
      ["True", "False"].includes(conditionOf(each, conditionTypes.promoted)?.status ?? ""),
    );
    if (over.length === 0) return;
    stage.truth.forgotten.add(owner.id);
    stage.server.delete(types.snapshot, chance.pick(over).metadata.name, namespace);
  },
  switchMode: ({ stage, owner }) =>
    void change(stage, typeOf(owner), owner.name, (object) => {
      const { [annotations.compositeMode]: mode, ...rest } = object.metadata.annotations ?? {};
      return {
        ...object,
        metadata: {
          ...object.metadata,
          annotations: mode === undefined ? { ...rest, [annotations.compositeMode]: "immediate" } : rest,
        },
      };
    }),
  touch: ({ stage, chance, owner }) => {
    for (let times = chance.between(1, 20); times > 0; times--)
      later(stage, chance.between(0, 20_000), () => {
        const snapshots = snapshotsOf(stage, owner.id);
        if (snapshots.length > 0)
          touch(stage, types.snapshot, chance.pick(snapshots).metadata.name, "example.com/note");
        touch(stage, types.component, nameOf(chance.pick(owner.components)), "example.com/note");
      });
  },
  pause: ({ stage, owner }, { forMs }) => {
    brake(stage, owner, true);
    later(stage, forMs, () => brake(stage, owner, false));
  },
};

function perform(doing: Doing, deed: Deed): void {
  doing.stage.remark(`somebody: ${JSON.stringify(deed)} in ${doing.owner.id}`);
  (deeds[deed.kind] as (doing: Doing, deed: Deed) => void)(doing, deed);
}

/** An image that was built some time, or one that nobody built. */
function imageFor(stage: Stage, chance: Chance, component: string): string {
  const built = [...stage.truth.builds.values()].filter(
    ({ planned }) => planned.component === component && planned.outcome === "succeeded" && !planned.pullRequest,
  );
  if (built.length > 0 && chance.happens(0.6)) return manifests.imageOf(component, chance.pick(built).planned.short);
  return manifests.imageOf(component, `${component}.h${Math.floor(stage.now())}`);
}

function snapshotsOf({ server }: Stage, owner: OwnerId): readonly ApiObject[] {
  return server.all(types.snapshot, namespace).filter((snapshot) => ownerOf(snapshot) === owner);
}

function typeOf({ kind }: PlannedOwner): TypeName {
  return kind === "Application" ? types.application : types.componentGroup;
}

/** What names of what belongs to it begin with. */
function prefixOf({ id }: PlannedOwner): string {
  return id.replace("-gcl", "");
}

/** Pauses an owner, or lets it go on. */
function brake(stage: Stage, owner: PlannedOwner, isOn: boolean): void {
  change(stage, typeOf(owner), owner.name, (object) => {
    const { [annotations.paused]: _, ...rest } = object.metadata.annotations ?? {};
    const said = isOn ? { ...rest, [annotations.paused]: "true" } : rest;
    return { ...object, metadata: { ...object.metadata, annotations: said } };
  });
}

/** Deletes an owner's candidate list, if there is one. */
export function deleteList({ server }: Pick<Stage, "server">, owner: OwnerId): void {
  if (server.get(types.configMap, owner, namespace) !== undefined) server.delete(types.configMap, owner, namespace);
}
