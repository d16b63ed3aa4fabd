import { annotations, labels } from "../../src/api/labels.ts";
import { ledgerKey } from "../../src/api/candidate-list.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import {
  buildNumberOf,
  componentObject,
  componentOf,
  endOfRun,
  findList,
  memberOf,
  overrideObject,
  ownerName,
} from "./cast.ts";
import { afford } from "./budget.ts";
import type { Configuration } from "./configuration.ts";
import { withEntry, withMember, type Ghost } from "./ghost.ts";
import { Moment } from "./moment.ts";
import { scenarioChanges } from "./scenario-changes.ts";
import { buildOf, contentOf, isMember, promotedOf, readRun, snapshotsOf } from "./readings.ts";
import type { State } from "./state.ts";
import { all, createObject, deleteObject, find, patchObject, type World } from "./world.ts";

/** Something that happens without the operator. */
export interface Happening {
  readonly label: string;
  readonly kind:
    "pipelineruns" | "snapshots" | "components" | "componentgroups" | "configmaps" | "integrationtestscenarios";
  happen(): Moment;
  readonly over?: Partial<State>;
}

/** Everything that may happen to a state without the operator's doing. */
export function happenings(state: State, configuration: Configuration): readonly Happening[] {
  return [
    ...builds(state, configuration),
    ...tests(state, configuration),
    ...reruns(state, configuration),
    ...overrides(state, configuration),
    ...components(state, configuration),
    ...listEdits(state, configuration),
    ...scenarioChanges(state, configuration),
    ...prunings(state, configuration),
  ];
}

function builds(state: State, configuration: Configuration): readonly Happening[] {
  return runs(state, false)
    .filter(({ state: of }) => of === "running")
    .map(({ name }) => ({
      label: `build ${name.replace("build-", "")} finishes`,
      kind: "pipelineruns",
      happen: () => endRun(new Moment(state, configuration), name, endOfRun(true, name.replace("build-", ""))),
    }));
}

function tests(state: State, configuration: Configuration): readonly Happening[] {
  return runs(state, true)
    .filter(({ state: of }) => of === "running")
    .flatMap(({ name, snapshot, scenario }) => {
      const id = `${snapshot}/${scenario}`;
      const happen = (passes: boolean) => (): Moment => {
        const moment = endRun(new Moment(state, configuration), name, endOfRun(passes));
        const { ghost } = moment;
        const latest = withEntry(ghost.latest, id, passes);
        moment.ghost = { ...ghost, latest, passed: passes ? withMember(ghost.passed, id) : ghost.passed };
        return moment;
      };
      const passes: Happening = { label: `test ${id} passes`, kind: "pipelineruns", happen: happen(true) };
      return configuration.mayFail
        ? [passes, { ...passes, label: `test ${id} fails`, happen: happen(false) }]
        : [passes];
    });
}

function reruns(state: State, configuration: Configuration): readonly Happening[] {
  return afford(state, "reruns", (over) =>
    snapshotsOf(state.world)
      .filter(
        ({ metadata }) =>
          metadata.labels?.[labels.run] === undefined && metadata.annotations?.[annotations.testStatus] !== undefined,
      )
      .filter((snapshot) => promotedOf(snapshot)?.status !== "True")
      .map(({ metadata: { name, annotations: said } }) => ({
        label: `a person asks to run ${name} again`,
        kind: "snapshots",
        over,
        happen: () => {
          const moment = new Moment(state, configuration);
          moment.environment(
            patchObject(state.world, "snapshots", name, { body: { metadata: { labels: { [labels.run]: "all" } } } }),
          );
          const { ghost } = moment;
          const asked = (ghost.reruns.get(name) ?? 0) + 1;
          const isEarly = said?.[annotations.testStatus]?.includes("InProgress") === true;
          const askedEarly = isEarly ? withMember(ghost.askedEarly, name) : ghost.askedEarly;
          moment.ghost = { ...ghost, askedEarly, reruns: withEntry(ghost.reruns, name, asked) };
          return moment;
        },
      })),
  );
}

function overrides(state: State, configuration: Configuration): readonly Happening[] {
  const present = configuration.overridden.filter((component) => isMember(state.world, component));
  return afford(state, "overrides", (over) =>
    present.length === 0
      ? []
      : [
          {
            label: `a person makes an override Snapshot of ${present.join(" ")}`,
            kind: "snapshots",
            over,
            happen: () => {
              const moment = new Moment(state, configuration);
              const name = `override-${String(state.budgets.overrides)}`;
              moment.environment(
                createObject(state.world, "snapshots", overrideObject(configuration.owner, name, present)),
              );
              return moment;
            },
          },
        ],
  );
}

function components(state: State, configuration: Configuration): readonly Happening[] {
  const names = Object.keys(configuration.builds);
  const missing = configuration.added.filter(
    (name) => find(state.world, "components", name) === undefined && !state.world.deaths.has(`components/${name}`),
  );
  const added = missing.map((name): Happening => ({
    label: `a person adds Component ${name}`,
    kind: "components",
    happen: () => {
      const moment = new Moment(state, configuration);
      moment.environment(createObject(state.world, "components", componentObject(name, configuration)));
      return moment;
    },
  }));
  const removed = afford(state, "removals", (over) =>
    names
      .filter(
        (name) =>
          find(state.world, "components", name)?.metadata.deletionTimestamp === undefined &&
          find(state.world, "components", name) !== undefined,
      )
      .map((name) => ({
        label: `a person removes Component ${name}`,
        kind: "components" as const,
        over,
        happen: () => {
          const moment = new Moment(state, configuration);
          moment.environment(deleteObject(state.world, "components", name));
          moment.ghost = { ...moment.ghost, removed: withMember(moment.ghost.removed, name) };
          return moment;
        },
      })),
  );
  return [...added, ...removed, ...takenOut(state, configuration, names)];
}

/** A person takes a Component out of the ComponentGroup, and does not delete it. */
function takenOut(state: State, configuration: Configuration, names: readonly string[]): readonly Happening[] {
  if (configuration.owner === "Application") return [];
  const present = names.filter((name) => isMember(state.world, name));
  return afford(state, "removals", (over) =>
    present.map((name) => ({
      label: `a person takes Component ${name} out of the group`,
      kind: "componentgroups" as const,
      over,
      happen: () => {
        const moment = new Moment(state, configuration);
        const components = present.filter((each) => each !== name).map(memberOf);
        moment.environment(patchObject(state.world, "componentgroups", ownerName, { body: { spec: { components } } }));
        moment.ghost = { ...moment.ghost, removed: withMember(moment.ghost.removed, name) };
        return moment;
      },
    })),
  );
}

function listEdits(state: State, configuration: Configuration): readonly Happening[] {
  const map = findList(state.world) as (KubeObject & { data?: Readonly<Record<string, string>> }) | undefined;
  if (map === undefined) return [];
  const { name } = map.metadata;
  const deletion = { label: "a person deletes the candidate list", kind: "configmaps" as const };
  const remove = (): Moment => {
    const moment = new Moment(state, configuration);
    moment.environment(deleteObject(state.world, "configmaps", name));
    moment.ghost = forgetUntold(state);
    return moment;
  };
  const edit = (data: Readonly<Record<string, string>>) => (): Moment => {
    const moment = new Moment(state, configuration);
    moment.environment(patchObject(state.world, "configmaps", name, { body: { data } }));
    return moment;
  };
  if (state.spoilt !== undefined)
    return [
      {
        label: "a person undoes the edit of the candidate list",
        kind: "configmaps",
        over: mended,
        happen: edit(state.spoilt),
      },
      { ...deletion, over: mended, happen: remove },
    ];
  return [
    ...afford(state, "listDeletions", (over) => [{ ...deletion, over, happen: remove }]),
    ...afford(state, "listEdits", (over) => [
      {
        label: "a person edits the candidate list into nonsense",
        kind: "configmaps" as const,
        over: { ...over, spoilt: map.data ?? {} },
        happen: edit({ [ledgerKey]: "nonsense" }),
      },
    ]),
  ];
}

/** What was committed and told nobody goes with the list: such a Snapshot is evaluated anew, as if it never had been. What
 * has been released is another matter. */
function forgetUntold({ world, ghost }: State): Ghost {
  const isReleased = (name: string): boolean =>
    all(world, "releases").some((release) => (release as { spec?: { snapshot?: string } }).spec?.snapshot === name);
  const adopted = new Map([...ghost.adopted].filter(([name]) => isTold(world, name)));
  const promoted = new Map([...ghost.promoted].filter(([name]) => isTold(world, name) || isReleased(name)));
  const { snapshot } = ghost.ledger;
  const lost = { promoted: ghost.promoted, adopted: ghost.adopted, ledger: ghost.ledger };
  const marks = new Map([...ghost.marks.keys()].map((component) => [component, markOf(world, component, adopted)]));
  if (snapshot === undefined || promoted.has(snapshot)) return { ...ghost, adopted, promoted, marks, lost };
  const [last] = [...promoted].sort(([, a], [, b]) => b - a);
  const object = last && find(world, "snapshots", last[0]);
  const ledger = {
    snapshot: last?.[0],
    revision: last?.[1] ?? 0,
    content: object === undefined ? {} : contentOf(object),
  };
  return { ...ghost, adopted, promoted, marks, ledger, lost };
}

/** The newest build of a Component among those that were adopted. Of one that was collected as history nothing is left to ask:
 * it does not count, which asks for less. */
function markOf(world: World, component: string, adopted: Ghost["adopted"]): number {
  const builds = snapshotsOf(world)
    .filter(({ metadata }) => adopted.has(metadata.name))
    .map((snapshot) => buildOf(snapshot) ?? "")
    .filter((build) => componentOf(build) === component);
  return Math.max(0, ...builds.map(buildNumberOf));
}

function isTold(world: State["world"], name: string): boolean {
  const snapshot = find(world, "snapshots", name);
  const told = snapshot === undefined ? undefined : promotedOf(snapshot);
  return told !== undefined && told.status !== "Unknown";
}

/** An undefined field is as good as none: it is only ever compared with undefined. */
const mended = { spoilt: undefined } as unknown as Partial<State>;

function prunings(state: State, configuration: Configuration): readonly Happening[] {
  return afford(state, "prunings", (over) =>
    runs(state, true)
      .filter(({ state: of, held }) => of !== "running" && !held)
      .map(({ name }) => ({
        label: `${name} is pruned`,
        kind: "pipelineruns",
        over,
        happen: () => {
          const moment = new Moment(state, configuration);
          moment.environment(deleteObject(state.world, "pipelineruns", name));
          return moment;
        },
      })),
  );
}

function runs({ world }: State, isTest: boolean): readonly ReturnType<typeof readRun>[] {
  return all(world, "pipelineruns")
    .map(readRun)
    .filter((run) => run.isTest === isTest);
}

function endRun(moment: Moment, name: string, status: object): Moment {
  moment.environment(patchObject(moment.world, "pipelineruns", name, { body: { status }, subresource: "status" }));
  return moment;
}
