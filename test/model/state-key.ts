import type { KubeObject } from "../../src/kube/object.ts";
import type { Call } from "./gate.ts";
import type { Ghost } from "./ghost.ts";
import { kindNames, type Kind } from "./kinds.ts";
import type { OperatorState, State } from "./state.ts";
import { find, type Objects, type World } from "./world.ts";

/** A state as a number of 53 bits. Two states that differ get the same one by a chance of less than one in a million for
 * the sizes searched here. What is left out makes no difference to what can happen: resourceVersions count only as far as
 * what an operator has seen is, or is not, the latest. */
export function keyOf({ world, operators, ghost, budgets, spoilt }: State): number {
  const parts = [
    ...kindNames.map((kind) => textOfObjects(world.objects[kind])),
    ...[...world.deaths].map(([id, count]) => `${id}=${String(count)}`),
    // Two operators are the same program: which of them is where makes no difference.
    ...operators.map((operator) => textOfOperator(operator, world)).sort(),
    textOfGhost(ghost),
    Object.values(budgets).join(","),
    spoilt === undefined ? "" : "spoilt",
  ];
  return hash(parts.join("|"));
}

const ids = new Map<string, number>();
const idOfObject = new WeakMap<KubeObject, number>();

/** The same number for the same content, whatever its resourceVersion. */
function idOf(object: KubeObject): number {
  const known = idOfObject.get(object);
  if (known !== undefined) return known;
  const { resourceVersion: _, ...metadata } = object.metadata;
  // What is said to people decides nothing.
  const text = JSON.stringify({ ...object, metadata }).replace(/"message":"[^"]*"/g, "");
  const id = ids.get(text) ?? ids.size + 1;
  ids.set(text, id);
  idOfObject.set(object, id);
  return id;
}

const texts = new WeakMap<Objects, string>();

function textOfObjects(objects: Objects): string {
  const known = texts.get(objects);
  if (known !== undefined) return known;
  const text = [...objects.values()]
    .map(idOf)
    .sort((a, b) => a - b)
    .join(",");
  texts.set(objects, text);
  return text;
}

function textOfOperator(operator: OperatorState, world: World): string {
  const { known, pending, lagging, queue, suspended } = operator;
  const seen = kindNames.map((kind) =>
    known.objects[kind] === world.objects[kind] ? "" : textOfSeen(known.objects[kind], kind, world),
  );
  const told = Object.entries(pending).map(
    ([kind, events]) =>
      `${kind}:${events.map(({ type, object }) => `${type}${marked(object, kind as Kind, world)}`).join(",")}`,
  );
  const departed = known.departed.map(({ object }) => object.metadata.uid);
  const stopped =
    suspended === undefined
      ? ""
      : `${suspended.controller}/${suspended.name}:${suspended.calls.map((call) => textOfCall(call, world)).join(",")}`;
  return [...seen, ...told, ...departed, ...lagging, ...queue, stopped].join(";");
}

function textOfSeen(objects: Objects, kind: Kind, world: World): string {
  return [...objects.values()]
    .map((object) => marked(object, kind, world))
    .sort()
    .join(",");
}

/** An object that is not the latest version of itself is marked, even where it says the same. */
function marked(object: KubeObject, kind: Kind, world: World): string {
  const latest = find(world, kind, object.metadata.name);
  return latest?.metadata.resourceVersion === object.metadata.resourceVersion
    ? String(idOf(object))
    : `${String(idOf(object))}!`;
}

function textOfCall({ request, reply }: Call, world: World): string {
  if (reply?.kind !== "answer") return "-";
  const answer = reply.answer as KubeObject | { readonly items?: readonly KubeObject[] } | undefined;
  if (answer === undefined) return "none";
  if ("metadata" in answer) return marked(answer, request.kind, world);
  return (answer.items ?? []).map((each) => marked(each, request.kind, world)).join("+");
}

const ghostTexts = new WeakMap<object, string>();

function textOfGhost(ghost: Ghost): string {
  return Object.values(ghost)
    .map((part: unknown) => (typeof part === "object" && part !== null ? remembered(part) : String(part)))
    .join(";");
}

function remembered(part: object): string {
  const known = ghostTexts.get(part);
  if (known !== undefined) return known;
  const text =
    part instanceof Map || part instanceof Set ? [...part].map(String).sort().join(",") : JSON.stringify(part);
  ghostTexts.set(part, text);
  return text;
}

/** cyrb53: 53 bits, quick, well mixed. */
function hash(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 2 ** 32 * (low & 0x1fffff) + (high >>> 0);
}
