import { labels } from "../../src/api/labels.ts";
import { afford } from "./budget.ts";
import { scenarioObject } from "./cast.ts";
import type { Configuration } from "./configuration.ts";
import type { Happening } from "./environment.ts";
import { withMember } from "./ghost.ts";
import { Moment } from "./moment.ts";
import { isOptional, requiredScenarios } from "./readings.ts";
import type { State } from "./state.ts";
import { all, createObject, deleteObject, find, patchObject, type Written } from "./world.ts";

const kind = "integrationtestscenarios";

/** A person changes what is tested, at any time. */
export function scenarioChanges(state: State, configuration: Configuration): readonly Happening[] {
  const { world } = state;
  const change = (name: string, write: () => Written) => (): Moment => {
    const moment = new Moment(state, configuration);
    moment.environment(write());
    const changedScenarios = withMember(moment.ghost.changedScenarios, name);
    const everRequired = requiredScenarios(moment.world).reduce(withMember, moment.ghost.everRequired);
    moment.ghost = { ...moment.ghost, everRequired, changedScenarios };
    return moment;
  };
  const late = scenarioObject(configuration.owner, lateNumber, false);
  const isNew =
    find(world, kind, late.metadata.name) === undefined && !world.deaths.has(`${kind}/${late.metadata.name}`);
  return afford(state, "scenarioChanges", (over) => [
    ...all(world, kind).flatMap((scenario) => {
      const { name } = scenario.metadata;
      const optional = isOptional(scenario) ? null : "true";
      const body = { metadata: { labels: { [labels.optional]: optional } } };
      const which = optional === null ? "required" : "optional";
      return [
        {
          label: `a person deletes scenario ${name}`,
          kind,
          over,
          happen: change(name, () => deleteObject(world, kind, name)),
        },
        {
          label: `a person makes scenario ${name} ${which}`,
          kind,
          over,
          happen: change(name, () => patchObject(world, kind, name, { body })),
        },
      ] as const;
    }),
    ...(isNew
      ? [
          {
            label: `a person adds scenario ${late.metadata.name}`,
            kind,
            over,
            happen: change(late.metadata.name, () => createObject(world, kind, late)),
          } as const,
        ]
      : []),
  ]);
}

/** No configuration has so many from the start. */
const lateNumber = 9;
