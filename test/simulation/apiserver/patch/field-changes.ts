import { equalJson, isJsonObject, type Json } from "../json.ts";
import type { Schema } from "../schema.ts";
import { childrenOf, isEmpty, pathKey, type Child, type FieldPath, type FieldSet } from "./field-set.ts";

/** The fields of one value that another lacks or has with a different content, and the objects and lists that are new
 * as a whole. What an object contains is listed field by field. */
export function fieldsChanged(now: Json, before: Json, schema: Schema | undefined): FieldSet {
  const found = new Map<string, FieldPath>();
  walk(now, { before, schema, path: [], found });
  return found;
}

interface Place {
  readonly before: Json | undefined;
  readonly schema: Schema | undefined;
  readonly path: FieldPath;
  readonly found: Map<string, FieldPath>;
}

function walk(now: Json, { before, schema, path, found }: Place): void {
  const children = childrenOf(now, schema);
  if (children === undefined) {
    found.set(pathKey(path), path);
    return;
  }
  const old = new Map(
    (before === undefined ? [] : (childrenOf(before, schema) ?? [])).map((child) => [child.step, child.value]),
  );
  for (const child of children) {
    const then = old.get(child.step);
    if (then !== undefined && equalJson(child.value, then)) continue;
    const at = [...path, child.step];
    if (isFieldItself(child, then)) found.set(pathKey(at), at);
    if (!child.isMember && !isEmpty(child.value))
      walk(child.value, { before: then, schema: child.schema, path: at, found });
  }
}

/** New containers, new members of sets, and empty values count as such. */
function isFieldItself(child: Child, then: Json | undefined): boolean {
  if (then === undefined)
    return child.isMember || isEmpty(child.value) || childrenOf(child.value, child.schema) !== undefined;
  return isEmpty(child.value) && !isJsonObject(then);
}
