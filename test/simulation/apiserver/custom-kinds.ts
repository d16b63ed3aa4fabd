import { invalidValue, required } from "./field-errors.ts";
import type { FieldError } from "./api-error.ts";
import { objectOf, textOf, type ApiObject, type Json, type JsonObject } from "./json.ts";
import type { Kind, KindVersion } from "./kinds.ts";
import { wholeObjectSchema, type Schema } from "./schema.ts";

/** The kind that a CustomResourceDefinition declares. */
export function kindOfDefinition(definition: ApiObject): Kind {
  const spec = objectOf(definition["spec"]);
  const names = objectOf(spec["names"]);
  const kind = textOf(names["kind"]);
  const group = textOf(spec["group"]);
  const plural = textOf(names["plural"]);
  return {
    group,
    plural,
    kind,
    singular: textOf(names["singular"]) || kind.toLowerCase(),
    listKind: textOf(names["listKind"]) || `${kind}List`,
    shortNames: textsOf(names["shortNames"]),
    categories: textsOf(names["categories"]),
    namespaced: spec["scope"] === "Namespaced",
    custom: true,
    versions: listOf(spec["versions"]).map(versionOf),
    storage: `${group}/${plural}`,
    nameRule: "subdomain",
    hasGeneration: true,
    createOnUpdate: false,
    unconditionalUpdate: false,
    returnsDeleted: false,
  };
}

function versionOf(version: JsonObject): KindVersion {
  const schema = objectOf(version["schema"])["openAPIV3Schema"] as unknown as Schema | undefined;
  return {
    name: textOf(version["name"]),
    served: version["served"] === true,
    storage: version["storage"] === true,
    statusSubresource: objectOf(version["subresources"])["status"] !== undefined,
    schema: wholeObjectSchema(schema),
  };
}

/** Fills in the names and the status that the real server's controllers add a moment after creation. */
export function establishDefinition(definition: ApiObject, now: string): ApiObject {
  const spec = objectOf(definition["spec"]);
  const { singular, listKind, kind, plural, shortNames } = kindOfDefinition(definition);
  const names: JsonObject = { ...objectOf(spec["names"]), kind, plural, singular, listKind };
  const condition = (type: string, reason: string, message: string): JsonObject => {
    return { type, status: "True", lastTransitionTime: now, reason, message };
  };
  const status: JsonObject = {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: {
      kind,
      plural,
      singular,
      listKind,
      ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    },
    storedVersions: kindOfDefinition(definition)
      .versions.filter(({ storage }) => storage)
      .map(({ name }) => name),
  };
  return { ...definition, spec: { conversion: { strategy: "None" }, ...spec, names }, status };
}

/** The rules for definitions that a test author is likely to break; a real server has many more. */
export function definitionErrors(definition: ApiObject): FieldError[] {
  const spec = objectOf(definition["spec"]);
  const names = objectOf(spec["names"]);
  const expectedName = `${textOf(names["plural"])}.${textOf(spec["group"])}`;
  const versions = listOf(spec["versions"]);
  const errors: FieldError[] = [];
  if (definition.metadata.name !== expectedName) {
    const detail = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalidValue("metadata.name", definition.metadata.name, detail));
  }
  if (textOf(names["kind"]) === "") errors.push(required("spec.names.kind"));
  if (!["Namespaced", "Cluster"].includes(textOf(spec["scope"]))) errors.push(required("spec.scope"));
  if (versions.filter((version) => version["storage"] === true).length !== 1) {
    errors.push(invalidValue("spec.versions", versions, "must have exactly one version marked as storage version"));
  }
  versions.forEach((version, index) => {
    const schema = objectOf(version["schema"])["openAPIV3Schema"];
    if (schema === undefined)
      errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required"));
  });
  return errors;
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
