import type { KubeObject, ObjectMeta } from "../../../src/kube/object.ts";
import type { Stored } from "./etcd-writer.ts";
import type { Template, Templates } from "./templates.ts";

/** Where copies go: Applications are spread over namespaces, so many to each. */
export interface Place {
  readonly namespace: string;
  readonly application: string;
}

const applicationsPerNamespace = 10;

/** The place of an Application by its number. */
export function placeOf(index: number): Place {
  const space = Math.floor(index / applicationsPerNamespace);
  return { namespace: `seed-${pad(space, 5)}`, application: `seed-${pad(index, 4)}` };
}

/** Everything that an Application is made of but its candidate list. */
export function copyFurniture(templates: Templates, index: number): readonly Stored[] {
  return templates.furniture.map((template, number) => {
    const uid = uidOf(`f${pad(number, 3)}`, index);
    const isApplication = template.object.metadata.uid === templates.uid;
    const text = relocate(templates, index, JSON.stringify(withoutVersion(template.object)));
    return store(template, index, isApplication ? text : text.replaceAll(uidIn(template), uid));
  });
}

/** Its candidate list, which the API server keeps in a form of its own: to be created by an ordinary call. */
export function copyCandidateList(templates: Templates, index: number): KubeObject {
  const { name, labels, ownerReferences } = templates.candidateList.metadata;
  const bare = {
    ...templates.candidateList,
    metadata: { name, namespace: templates.namespace, labels, ownerReferences },
  };
  return JSON.parse(relocate(templates, index, JSON.stringify(bare))) as KubeObject;
}

/** A concluded Snapshot. Every number makes another one. */
export function copySnapshot(templates: Templates, index: number, number: number): Stored {
  return copyTrace(templates, templates.snapshot, index, number);
}

/** The PipelineRun of its build, or of one of its tests, by turns. */
export function copyPipelineRun(templates: Templates, index: number, number: number): Stored {
  return copyTrace(templates, number % 2 === 0 ? templates.buildRun : templates.testRun, index, number);
}

function copyTrace(templates: Templates, template: Template, index: number, number: number): Stored {
  const { snapshot, buildRun, testRun } = templates;
  let text = relocate(templates, index, JSON.stringify(withoutVersion(template.object)));
  // No build of the benchmark itself ends like this.
  const ending = `h${number.toString(36).padStart(5, "0")}`;
  const own = [testRun, snapshot, buildRun].map(({ object }) => relocate(templates, index, object.metadata.name));
  // The name of a test run begins with that of its Snapshot: the longest goes first.
  for (const name of own.toSorted((a, b) => b.length - a.length))
    text = text.replaceAll(name, name.slice(0, -ending.length) + ending);
  for (const [prefix, each] of [
    ["a", snapshot],
    ["b", buildRun],
    ["c", testRun],
  ] as const)
    text = text.replaceAll(uidIn(each), uidOf(prefix, number));
  return store(template, index, text);
}

/** The same text about another Application. */
function relocate({ namespace, application, uid }: Templates, index: number, text: string): string {
  const place = placeOf(index);
  return text
    .replaceAll(`"${namespace}"`, `"${place.namespace}"`)
    .replaceAll(application, place.application)
    .replaceAll(uid, uidOf("0", index));
}

function store({ resource }: Template, index: number, value: string): Stored {
  const { name } = (JSON.parse(value) as KubeObject).metadata;
  return { key: `/registry/${resource.group}/${resource.plural}/${placeOf(index).namespace}/${name}`, value };
}

/** etcd knows the version itself. */
function withoutVersion(object: KubeObject): object {
  const { resourceVersion: _version, ...metadata }: ObjectMeta = object.metadata;
  return { ...object, metadata };
}

function uidIn({ object }: Template): string {
  return object.metadata.uid ?? "";
}

function uidOf(prefix: string, number: number): string {
  return `${prefix.padEnd(8, "0")}-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
