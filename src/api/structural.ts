/** A node of a JSON schema. */
export interface SchemaNode {
  readonly [keyword: string]: unknown;
}

/** A shape that no CustomResourceDefinition can have: a mistake in this repository, found before any API server sees it. */
export class UnstructuralSchema extends Error {
  readonly code = "OP_UNSTRUCTURAL_SCHEMA";
  readonly path: string;
  override get name(): string {
    return "UnstructuralSchema";
  }
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
  }
}

/** What the API server requires of a schema ("structural"), and what we require on top, one sentence each. */
const problems: readonly ((node: SchemaNode, isDocumented: boolean) => string | undefined)[] = [
  (node) => (has(node, "$ref", "$defs", "definitions") ? "refers to another schema; spell it out in place" : undefined),
  (node) =>
    has(node, "oneOf", "anyOf", "allOf", "not")
      ? "is a choice between shapes; keep it flat and say the rest with a CEL rule"
      : undefined,
  (node) =>
    has(node, "properties") && has(node, "additionalProperties")
      ? "has both properties and additionalProperties"
      : undefined,
  (node) =>
    has(node, "patternProperties", "propertyNames", "const", "$schema", "id", "$id", "dependentRequired", "prefixItems")
      ? "uses a keyword that Kubernetes does not know"
      : undefined,
  (node) => (node["uniqueItems"] === true ? "wants unique items, which Kubernetes refuses; use a CEL rule" : undefined),
  (node) =>
    typeof node["exclusiveMinimum"] === "number" || typeof node["exclusiveMaximum"] === "number"
      ? "has an exclusive bound that is a number; OpenAPI 3.0 wants a flag"
      : undefined,
  (node) => (typeof node["type"] !== "string" && !keepsAnything(node) ? "has no type" : undefined),
  (node) => (node["type"] === "array" && !isNode(node["items"]) ? "is an array of nobody knows what" : undefined),
  (node) =>
    node["type"] === "object" && !has(node, "properties", "additionalProperties") && !keepsAnything(node)
      ? "is an object from which every field would be dropped"
      : undefined,
  (node, isDocumented) => (isDocumented || typeof node["description"] === "string" ? undefined : "has no description"),
];

/** Throws on the first place in the schema that the API server, or a person who reads it, would not accept. */
export function assertStructural(node: SchemaNode, path: string): void {
  walk(node, path, false);
}

function walk(node: SchemaNode, path: string, isDocumented: boolean): void {
  for (const find of problems) {
    const problem = find(node, isDocumented);
    if (problem !== undefined) throw new UnstructuralSchema(path, problem);
  }
  for (const [name, child] of Object.entries(isNode(node["properties"]) ? node["properties"] : {})) {
    if (isNode(child)) walk(child, `${path}.${name}`, false);
  }
  if (isNode(node["items"])) walk(node["items"], `${path}[]`, true);
  if (isNode(node["additionalProperties"])) walk(node["additionalProperties"], `${path}{}`, true);
  if (typeof node["additionalProperties"] === "boolean")
    throw new UnstructuralSchema(path, "has additionalProperties that are a flag");
}

function has(node: SchemaNode, ...keywords: readonly string[]): boolean {
  return keywords.some((keyword) => node[keyword] !== undefined);
}

function keepsAnything(node: SchemaNode): boolean {
  return node["x-kubernetes-preserve-unknown-fields"] === true;
}

/** Whether a value is a schema, as opposed to a flag or a list. */
export function isNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
