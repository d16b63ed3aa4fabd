import { objectOf, textOf, type ApiObject } from "../apiserver/json.ts";
import type { SimulatedApiServer } from "../apiserver/server.ts";
import { namespace, types } from "./definitions.ts";

/** Whose something is, as the name of the candidate list: an Application and a ComponentGroup may have one name. */
export type OwnerId = string;

const endings = { Application: "-gcl", ComponentGroup: "-gcl-cg" } as const;

export type OwnerKind = keyof typeof endings;

export function ownerId(kind: OwnerKind, name: string): OwnerId {
  return name + endings[kind];
}

/** The kind and the name of an owner. */
export function readOwnerId(id: OwnerId): { readonly kind: OwnerKind; readonly name: string } {
  const kind = id.endsWith(endings.ComponentGroup) ? "ComponentGroup" : "Application";
  return { kind, name: id.slice(0, -endings[kind].length) };
}

/** The owner that an object names in its spec. */
export function ownerOf(object: ApiObject): OwnerId {
  const { application, componentGroup } = objectOf(object["spec"]);
  return componentGroup === undefined
    ? ownerId("Application", textOf(application))
    : ownerId("ComponentGroup", textOf(componentGroup));
}

/** How an object says in its spec whose it is. */
export function ownerField(id: OwnerId): { readonly application: string } | { readonly componentGroup: string } {
  const { kind, name } = readOwnerId(id);
  return kind === "Application" ? { application: name } : { componentGroup: name };
}

/** What a candidate list calls a Component: `cart`, and in a ComponentGroup `cart@v1`. */
export function nameOf(component: string): string {
  return component.split("@")[0] ?? component;
}

/** The version that a ComponentGroup has of it. */
export function versionOf(component: string): string | undefined {
  return component.split("@")[1];
}

/** The Components that belong to an owner at this moment: those that exist. */
export function componentsOf(server: SimulatedApiServer, id: OwnerId): ReadonlySet<string> {
  const { kind, name } = readOwnerId(id);
  const there = server.all(types.component, namespace);
  if (kind === "Application") {
    const own = there.filter((component) => objectOf(component["spec"])["application"] === name);
    return new Set(own.map(({ metadata }) => metadata.name));
  }
  const names = new Set(there.map(({ metadata }) => metadata.name));
  return new Set(listedBy(server, name).filter((component) => names.has(nameOf(component))));
}

interface Listed {
  readonly name: string;
  readonly kind?: string;
  readonly componentVersion?: { readonly name: string };
}

/** What a ComponentGroup and the groups in it list, whether it exists or not. No group of the simulation is in itself. */
export function listedBy(server: SimulatedApiServer, group: string): readonly string[] {
  const spec = objectOf(server.get(types.componentGroup, group, namespace)?.["spec"]);
  const listed = (spec["components"] ?? []) as unknown as readonly Listed[];
  return listed.flatMap(({ name, kind, componentVersion }) =>
    kind === "componentGroup" ? listedBy(server, name) : [`${name}@${componentVersion?.name ?? ""}`],
  );
}
