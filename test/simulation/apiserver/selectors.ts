import { badRequest } from "./api-error.ts";
import { objectOf, type ApiObject } from "./json.ts";
import type { Kind } from "./kinds.ts";

/** Tells whether an object is selected. */
export type Selector = (object: ApiObject) => boolean;

/** What a list or watch asked for; undefined when it asked for everything. */
export function parseSelectors(query: URLSearchParams, kind: Kind): Selector | undefined {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  if (labels === "" && fields === "") return undefined;
  const byLabel = parseLabelSelector(labels);
  const byField = parseFieldSelector(fields, kind);
  return (object) => byLabel(object.metadata.labels ?? {}) && byField(object);
}

/** Understands `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a` and lists of them. */
export function parseLabelSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const requirements = splitRequirements(text).map(parseRequirement);
  return (labels) => requirements.every((holds) => holds(labels));
}

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

function splitRequirements(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/u)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const key = "([A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?)";
const absent = new RegExp(`^!\\s*${key}$`, "u");
const present = new RegExp(`^${key}$`, "u");
const compared = new RegExp(`^${key}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`, "u");
const among = new RegExp(`^${key}\\s+(in|notin)\\s*\\(([^()]*)\\)$`, "u");

function parseRequirement(text: string): Requirement {
  const requirement = parseExistence(text) ?? parseComparison(text) ?? parseMembership(text);
  if (requirement === undefined) throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`);
  return requirement;
}

function parseExistence(text: string): Requirement | undefined {
  const isAbsent = absent.exec(text)?.[1];
  if (isAbsent !== undefined) return (labels) => !(isAbsent in labels);
  const isPresent = present.exec(text)?.[1];
  return isPresent === undefined ? undefined : (labels) => isPresent in labels;
}

function parseComparison(text: string): Requirement | undefined {
  const [, left = "", , operator, right = ""] = compared.exec(text) ?? [];
  if (operator === undefined) return undefined;
  return operator === "!=" ? (labels) => labels[left] !== right : (labels) => labels[left] === right;
}

function parseMembership(text: string): Requirement | undefined {
  const [, name = "", , operator, list = ""] = among.exec(text) ?? [];
  if (operator === undefined) return undefined;
  const values = new Set(list.split(",").map((value) => value.trim()));
  const isAmong: Requirement = (labels) => name in labels && values.has(labels[name] ?? "");
  return operator === "in" ? isAmong : (labels) => !isAmong(labels);
}

const selectableAlways = ["metadata.name", "metadata.namespace"];
const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map(
  (field) => `involvedObject.${field}`,
);

/** What some built-in kinds can be selected by. */
const selectableByKind: Readonly<Record<string, readonly string[]>> = {
  Event: [...selectableAlways, ...involved, "reason", "reportingComponent", "source", "type"],
  Secret: [...selectableAlways, "type"],
  Namespace: [...selectableAlways, "status.phase"],
};

/** Understands `field=value` and `field!=value` for the few fields that can be selected by. */
export function parseFieldSelector(text: string, kind: Pick<Kind, "kind" | "custom">): Selector {
  const fields = kind.custom ? selectableAlways : (selectableByKind[kind.kind] ?? selectableAlways);
  const namesOnly = !kind.custom && fields === selectableAlways;
  const tests = splitRequirements(text).map((part): Selector => {
    const [, field = "", operator, value] = /^([^=!]+)(==|=|!=)(.*)$/u.exec(part) ?? [];
    if (operator === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const known = fields.includes(field);
    if (!known)
      throw badRequest(
        namesOnly
          ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
      );
    return (object) => (fieldValue(object, field) === value) === (operator !== "!=");
  });
  return (object) => tests.every((holds) => holds(object));
}

function fieldValue(object: ApiObject, path: string): string {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  const parent = parts.reduce((at, field) => objectOf(at[field]), objectOf(object));
  const value = parent[last];
  return typeof value === "string" ? value : "";
}
