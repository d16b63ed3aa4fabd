import { readFile } from "node:fs/promises";
import type { Rule } from "../../../scripts/rbac-rules.ts";

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly apiGroup?: string; readonly resource?: string; readonly subresource?: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly requestURI: string;
}

/** What a user asked of the API server, as far as RBAC is concerned. */
export interface Asked {
  /** "patch appstudio.redhat.com/snapshots/status", each once. */
  readonly allowed: ReadonlySet<string>;
  /** Verb and path of each request that RBAC refused. */
  readonly refused: readonly string[];
}

/** Reads from an audit log what a user asked for. */
export async function askedBy(auditLog: string, user: string): Promise<Asked> {
  const lines = (await readFile(auditLog, "utf8")).split("\n").filter((line) => line.includes(user));
  // The last line may be half written.
  const events = lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as AuditEvent);
  const own = events.filter(({ user: by }) => by.username === user);
  const decision = ({ annotations }: AuditEvent): string | undefined => annotations?.["authorization.k8s.io/decision"];
  return {
    allowed: new Set(own.filter((event) => decision(event) === "allow").map(nameOf)),
    refused: own.filter((event) => decision(event) === "forbid").map(({ verb, requestURI }) => `${verb} ${requestURI}`),
  };
}

/** The rights of rules, each named as above. */
export function rightsIn(rules: readonly Rule[]): readonly string[] {
  const all = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((each) => verbs.map((verb) => `${verb} ${path(group, each)}`))),
  );
  return [...new Set(all)];
}

function nameOf({ verb, objectRef }: AuditEvent): string {
  const { apiGroup = "", resource = "", subresource } = objectRef ?? {};
  return `${verb} ${path(apiGroup, subresource === undefined ? resource : `${resource}/${subresource}`)}`;
}

function path(group: string, resource: string): string {
  return group === "" ? resource : `${group}/${resource}`;
}
