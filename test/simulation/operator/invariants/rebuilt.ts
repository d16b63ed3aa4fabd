import { namespace, types } from "../definitions.ts";
import type { OwnerId } from "../owners.ts";
import { candidatesOf, readList, textOf, type Content, type ListReading } from "../readings.ts";
import type { Stage } from "../stage.ts";
import type { Histories } from "./ledger.ts";

/** The candidate lists that can be made again as they are: nobody deleted them before, or a Snapshot of theirs. */
export function rebuildable({ server, truth }: Stage, histories: Histories): ReadonlyMap<OwnerId, ListReading> {
  const whole = [...histories].filter(([id, { wasLost }]) => !wasLost && !truth.forgotten.has(id));
  return new Map(
    whole.flatMap(([id]) => {
      const configMap = server.get(types.configMap, id, namespace);
      const list = configMap && readList(configMap);
      return list === undefined ? [] : [[id, list] as const];
    }),
  );
}

/** What is not as it was in lists that were made anew. What a Component that went and came back had is nobody's. */
export function notAsBefore({ server, truth }: Stage, before: ReadonlyMap<OwnerId, ListReading>): readonly string[] {
  return [...before].flatMap(([id, was]) => {
    const kept = (content: Content): string =>
      textOf(new Map([...content].filter(([component]) => !truth.wasRemoved(component, id))));
    const configMap = server.get(types.configMap, id, namespace);
    const is = configMap && readList(configMap);
    // A list that is only what its Components came with need not be written.
    if (is === undefined) return was.revision === 0 ? [] : [`rebuilt: ${id} does not come back`];
    const [candidates, promoted] = [kept(candidatesOf(is)), kept(is.promoted.content)];
    return [
      ...(candidates === kept(candidatesOf(was))
        ? []
        : [`rebuilt: ${id} was ${kept(candidatesOf(was))} and is ${candidates}`]),
      // Where nothing was promoted yet, it starts from what its Components come with by now. Else a composite is tested once
      // more, and may pass this time.
      ...(was.promoted.snapshot === undefined || [kept(was.promoted.content), candidates].includes(promoted)
        ? []
        : [`rebuilt: ${kept(was.promoted.content)} was promoted in ${id}, and ${promoted} is`]),
    ];
  });
}
