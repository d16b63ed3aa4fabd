import { isMap, isScalar, parse, parseDocument, type Pair, type YAMLMap } from "yaml";

/** One value of the chart, as values.yaml documents it. */
export interface ChartValue {
  /** "metrics.enable". */
  readonly path: string;
  readonly description: string;
  readonly byDefault: unknown;
}

/** What values.yaml says: the schema of all values, and each of them for people. */
export interface ChartValues {
  readonly schema: JsonSchema;
  readonly values: readonly ChartValue[];
}

/** The part of JSON Schema that is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Reads a chart's values.yaml. A value's comment is its description; a line of it that begins with @schema holds, in YAML,
 * what its default does not say about it. `freeform: true` there makes a map one value, whatever is in it.
 * @throws Error naming the first value without a comment, or with a default that its own schema does not allow by type */
export function readValues(text: string): ChartValues {
  const document = parseDocument(text);
  if (!isMap(document.contents)) throw new TypeError("values.yaml has to be a map");
  const values: ChartValue[] = [];
  const schema = schemaOfMap(document.contents, [], values);
  return { schema: { $schema: "http://json-schema.org/draft-07/schema#", ...schema }, values };
}

function schemaOfMap(map: YAMLMap, path: readonly string[], values: ChartValue[]): JsonSchema {
  const properties = map.items.map((pair, index) => {
    // The parser hands the comment above the first key of a map to the map.
    const comment = commentOf(pair) ?? (index === 0 ? map.commentBefore : undefined) ?? "";
    const name = isScalar(pair.key) ? String(pair.key.value) : "";
    return [name, schemaOfValue(pair, comment, [...path, name], values)] as const;
  });
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) };
}

function commentOf({ key }: Pair): string | undefined {
  return isScalar(key) ? (key.commentBefore ?? undefined) : undefined;
}

function schemaOfValue(pair: Pair, comment: string, path: readonly string[], values: ChartValue[]): JsonSchema {
  const { description, narrowed, freeform } = readComment(comment);
  const isOneValue = freeform || narrowed["additionalProperties"] !== undefined;
  if (isMap(pair.value) && pair.value.items.length > 0 && !isOneValue) return schemaOfMap(pair.value, path, values);
  if (description === "") throw new Error(`values.yaml: ${path.join(".")} has no comment`);
  const byDefault: unknown = isNode(pair.value) ? pair.value.toJSON() : pair.value;
  values.push({ path: path.join("."), description, byDefault });
  return { type: typeOf(byDefault, path), description, ...narrowed };
}

interface Comment {
  readonly description: string;
  readonly narrowed: JsonSchema;
  readonly freeform: boolean;
}

/** Only what stands directly above the key is about it: a blank line ends what is about the file or a section. */
function readComment(comment: string): Comment {
  const lines = (comment.split(/\n\s*\n/).at(-1) ?? "").split("\n").map((line) => line.trim());
  const [marked] = lines.filter((line) => line.startsWith(mark));
  const { freeform, ...narrowed } = (marked === undefined ? {} : parse(marked.slice(mark.length))) as JsonSchema;
  const description = lines.filter((line) => !line.startsWith(mark)).join(" ");
  return { description, narrowed, freeform: freeform === true };
}

const mark = "@schema";

function isNode(value: unknown): value is { toJSON(): unknown } {
  return typeof value === "object" && value !== null && "toJSON" in value;
}

function typeOf(value: unknown, path: readonly string[]): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "object" && value !== null) return "object";
  if (typeof value === "boolean" || typeof value === "string") return typeof value;
  if (Number.isInteger(value)) return "integer";
  throw new Error(`values.yaml: ${path.join(".")} needs a default that shows its type`);
}
