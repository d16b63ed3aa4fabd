import { conditionTypes } from "../../../src/api/conditions.ts";
import { annotations, labels } from "../../../src/api/labels.ts";
import type { ApiObject } from "../apiserver/json.ts";
import { objectOf } from "../apiserver/json.ts";
import { createChance, type Chance } from "./chance.ts";
import { namespace, types } from "./definitions.ts";
import * as manifests from "./manifests.ts";
import { applicationOf, conditionOf, labelOf, readList, stateOf } from "./readings.ts";
import { change, iso, later, setStatus, type Stage } from "./stage.ts";
import { prune } from "./tekton.ts";
import { plannedScenario, type Deed, type PlannedApplication, type PlannedBuild } from "./workload.ts";

/** Everything that does not come from the operator: what is there from the start, builds, and people's deeds. */
export function startPeople(stage: Stage): void {
  const { workload, server } = stage;
  const chance = createChance(stage.settings.seed, "people");
  for (const application of workload.applications) {
    server.put(manifests.application(application.name, application.immediate));
    for (const name of application.components)
      server.put(manifests.component(name, application.name, application.startingImages));
    for (const scenario of application.scenarios) putScenario(stage, scenario);
    for (const plan of application.plans) putPlan(stage, plan.name, application.name, plan.auto);
  }
  for (const build of workload.builds) later(stage, build.beginsMs, () => begin(stage, chance, build));
  for (const { atMs, application, deed } of workload.deeds) {
    const of = workload.applications.find(({ name }) => name === application);
    if (of !== undefined) later(stage, atMs, () => perform({ stage, chance, application: of }, deed));
  }
}

function putScenario(stage: Stage, scenario: manifests.ScenarioManifest): void {
  stage.truth.scenarios.push({ ...scenario, since: stage.now(), until: Infinity });
  stage.server.put(manifests.scenario(scenario));
}

function putPlan(stage: Stage, name: string, application: string, auto: boolean): void {
  stage.truth.plans.push({ name, application, auto, since: stage.now(), until: Infinity });
  stage.server.put(manifests.releasePlan(name, application, auto));
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
  readonly application: PlannedApplication;
}

const deeds: { readonly [Kind in Deed["kind"]]: (doing: Doing, deed: Extract<Deed, { kind: Kind }>) => void } = {
  override: ({ stage, chance, application }, { valid, whole }) => {
    const known = application.components.filter(
      (name) => stage.server.get(types.component, name, namespace) !== undefined,
    );
    const chosen = whole ? known : known.slice(0, 1);
    const name = `${application.name}-override-${Math.floor(stage.now())}`;
    const images = new Map(chosen.map((each) => [each, imageFor(stage, chance, each)]));
    if (!valid)
      images.set(
        chance.pick([...chosen, "nobody"]),
        chance.pick(["registry.example/no-digest:latest", manifests.imageOf("x", "x.1")]),
      );
    if (images.size > 0)
      stage.server.put(manifests.snapshot({ name, application: application.name, typed: true, images }));
  },
  untyped: ({ stage, chance, application }) => {
    const images = new Map(application.components.map((each) => [each, imageFor(stage, chance, each)]));
    stage.server.put(
      manifests.snapshot({
        name: `${application.name}-byhand-${Math.floor(stage.now())}`,
        application: application.name,
        typed: false,
        images,
      }),
    );
  },
  rerun: ({ stage, chance, application }, { which }) => {
    const snapshots = snapshotsOf(stage, application.name);
    const scenarios = stage.truth.scenarios.filter((each) => each.application === application.name);
    if (snapshots.length === 0 || scenarios.length === 0) return;
    const asked = which === "all" ? "all" : chance.pick(scenarios).name;
    change(stage, types.snapshot, chance.pick(snapshots).metadata.name, (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, [labels.run]: asked } },
    }));
  },
  deleteList: ({ stage, application }) => deleteList(stage, application.name),
  garbleList: ({ stage, chance, application }, { repairMs, repair }) => {
    const name = `${application.name}-gcl`;
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
      if (repair === "delete") deleteList(stage, application.name);
      else change(stage, types.configMap, name, (object) => ({ ...object, data }));
    });
  },
  removeComponent: ({ stage, chance, application }, { backMs }) => {
    const name = chance.pick(application.components);
    if (stage.server.get(types.component, name, namespace) === undefined) return;
    stage.truth.removedComponents.add(name);
    stage.server.delete(types.component, name, namespace);
    if (backMs > 0)
      later(stage, backMs, () => void stage.server.put(manifests.component(name, application.name, false)));
  },
  addComponent: ({ stage, application }) =>
    void stage.server.put(manifests.component(`${application.name}-late`, application.name, true)),
  addScenario: ({ stage, chance, application }) => {
    const index = stage.truth.scenarios.length + 10;
    putScenario(stage, plannedScenario(application.name, index, application.components, chance));
  },
  removeScenario: ({ stage, chance, application }) => {
    const there = stage.truth.scenarios.filter(
      (each) => each.application === application.name && each.until === Infinity,
    );
    if (there.length === 0) return;
    const gone = chance.pick(there);
    gone.until = stage.now();
    stage.server.delete(types.scenario, gone.name, namespace);
  },
  addPlan: ({ stage, application }) =>
    putPlan(stage, `${application.name}-plan-${stage.truth.plans.length + 10}`, application.name, true),
  removePlan: ({ stage, chance, application }) => {
    const there = stage.truth.plans.filter((each) => each.application === application.name && each.until === Infinity);
    if (there.length === 0) return;
    const gone = chance.pick(there);
    gone.until = stage.now();
    stage.server.delete(types.releasePlan, gone.name, namespace);
  },
  deleteRun: ({ stage, chance, application }) => {
    const runs = stage.server
      .all(types.pipelineRun, namespace)
      .filter(
        (run) =>
          labelOf(run, labels.scenario)?.startsWith(`${application.name}-`) === true &&
          run.metadata.deletionTimestamp === undefined,
      );
    if (runs.length === 0) return;
    const run = chance.pick(runs);
    const { name } = run.metadata;
    const [snapshot = "", scenario = ""] = [labelOf(run, labels.snapshot), labelOf(run, labels.scenario)];
    if (stateOf(run) === "running") stage.truth.play(snapshot, scenario, { run: name, result: "deleted", images: "" });
    stage.server.delete(types.pipelineRun, name, namespace);
  },
  deleteSnapshot: ({ stage, chance, application }) => {
    const over = snapshotsOf(stage, application.name).filter((each) =>
      ["True", "False"].includes(conditionOf(each, conditionTypes.promoted)?.status ?? ""),
    );
    if (over.length > 0) stage.server.delete(types.snapshot, chance.pick(over).metadata.name, namespace);
  },
  switchMode: ({ stage, application }) =>
    void change(stage, types.application, application.name, (object) => {
      const { [annotations.compositeMode]: mode, ...rest } = object.metadata.annotations ?? {};
      return {
        ...object,
        metadata: {
          ...object.metadata,
          annotations: mode === undefined ? { ...rest, [annotations.compositeMode]: "immediate" } : rest,
        },
      };
    }),
  touch: ({ stage, chance, application }) => {
    for (let times = chance.between(1, 20); times > 0; times--)
      later(stage, chance.between(0, 20_000), () => {
        const snapshots = snapshotsOf(stage, application.name);
        if (snapshots.length > 0)
          touch(stage, types.snapshot, chance.pick(snapshots).metadata.name, "example.com/note");
        touch(stage, types.component, chance.pick(application.components), "example.com/note");
      });
  },
};

function perform(doing: Doing, deed: Deed): void {
  doing.stage.remark(`somebody: ${JSON.stringify(deed)} in ${doing.application.name}`);
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

function snapshotsOf({ server }: Stage, application: string): readonly ApiObject[] {
  return server.all(types.snapshot, namespace).filter((snapshot) => applicationOf(snapshot) === application);
}

function deleteList({ server }: Stage, application: string): void {
  const name = `${application}-gcl`;
  if (server.get(types.configMap, name, namespace) !== undefined) server.delete(types.configMap, name, namespace);
}
