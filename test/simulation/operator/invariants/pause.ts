import { annotations, labels, pipelineTypes } from "../../../../src/api/labels.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { objectOf, textOf } from "../../apiserver/json.ts";
import { ownerId, ownerOf, type OwnerId } from "../owners.ts";
import { labelOf, typeOf } from "../readings.ts";
import type { Stage } from "../stage.ts";
import { hold } from "./broken.ts";

/** What is under way when somebody pauses an owner may end. */
const slackMs = 1_000;

/** While an owner is paused nothing begins for it: no test run, composite, promotion or Release. Looked at where
 * every process knows of the pause at once, also one that has just started. */
export function watchPauses({ settings, truth, now }: Stage): (write: CommittedWrite) => void {
  if (settings.level !== "calm") return () => undefined;
  const pausedSince = new Map<OwnerId, number>();
  const ownerOfSnapshot = (name: string | undefined): OwnerId | undefined => truth.snapshots.get(name ?? "")?.owner;

  const begins = ({ plural, name, before, after }: CommittedWrite): OwnerId | undefined => {
    if (plural === "configmaps") return name;
    if (before !== undefined || after === undefined) return undefined;
    if (plural === "snapshots" && typeOf(after) === "composite") return ownerOf(after);
    if (plural === "releases") return ownerOfSnapshot(textOf(objectOf(after["spec"])["snapshot"]));
    const isTest = plural === "pipelineruns" && labelOf(after, labels.pipelinesType) === pipelineTypes.test;
    return isTest ? ownerOfSnapshot(labelOf(after, labels.snapshot)) : undefined;
  };
  return (write) => {
    const { plural, name, after, identity } = write;
    const kind = kinds[plural];
    if (kind !== undefined) {
      const id = ownerId(kind, name);
      if (after?.metadata.annotations?.[annotations.paused] === undefined) pausedSince.delete(id);
      else if (!pausedSince.has(id)) pausedSince.set(id, now());
    }
    if (!identity.startsWith("operator")) return;
    const owner = begins(write);
    const since = pausedSince.get(owner ?? "") ?? Infinity;
    hold("paused", now() - since <= slackMs, () => `${owner} is paused, and ${plural}/${name} is written for it`);
  };
}

const kinds: Readonly<Record<string, "Application" | "ComponentGroup">> = {
  applications: "Application",
  componentgroups: "ComponentGroup",
};
