import type { JsonObject } from "./json.ts";

/** What is addressed: enough of a resource to name it in an error. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** One field that is wrong, in the API server's words. */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  /** The text without the field's name, for example `Required value`. */
  readonly body: string;
}

/** A refusal that the server answers with a Status object. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  readonly statusMetadata: JsonObject;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { details?: JsonObject; metadata?: JsonObject } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.statusMetadata = more.metadata ?? {};
  }

  /** The Status object that goes over the wire. */
  toStatus(): JsonObject {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.statusMetadata,
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** An unknown path outside of the built-in groups: the real server answers these in plain text, not with a Status. */
export class UnknownPath extends Error {}

/** 404: a built-in group has no such resource. */
export function unknownResource(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", { details: {} });
}

/** The resource's plural with its group, as error messages name it. */
export function qualified(resource: ResourceName): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

function about(resource: ResourceName, name: string): JsonObject {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

/** 404: no such object. */
export function notFound(resource: ResourceName, name: string): ApiError {
  const message = `${qualified(resource)} ${quote(name)} not found`;
  return new ApiError(404, "NotFound", message, { details: about(resource, name) });
}

/** 409: create met an object of that name. */
export function alreadyExists(resource: ResourceName, name: string): ApiError {
  const message = `${qualified(resource)} ${quote(name)} already exists`;
  return new ApiError(409, "AlreadyExists", message, { details: about(resource, name) });
}

/** 409: a precondition did not hold. */
export function conflict(resource: ResourceName, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${quote(name)}: ${why}`;
  return new ApiError(409, "Conflict", message, { details: about(resource, name) });
}

/** 403: not allowed in this state. */
export function forbidden(resource: ResourceName, name: string, why: string, causes?: JsonObject[]): ApiError {
  const message = `${qualified(resource)} ${quote(name)} is forbidden: ${why}`;
  return new ApiError(403, "Forbidden", message, {
    details: { ...about(resource, name), ...(causes === undefined ? {} : { causes }) },
  });
}

/** 422: the object breaks rules, all of which are listed. */
export function invalid(resource: ResourceName, name: string, errors: readonly FieldError[]): ApiError {
  const kind = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
  const sentences = [...new Set(errors.map((error) => `${error.field}: ${error.body}`))];
  const text = sentences.length === 1 ? sentences[0] : `[${sentences.join(", ")}]`;
  const causes = errors.map(({ reason, field, body }) => ({ reason, message: body, field }));
  const group = resource.group === "" ? {} : { group: resource.group };
  const details = { ...(name === "" ? {} : { name }), ...group, kind: resource.kind, causes };
  return new ApiError(422, "Invalid", `${kind} ${quote(name)} is invalid: ${text}`, { details });
}

/** 400: the request makes no sense. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** 410: the history asked for is gone. */
export function expired(message: string, metadata: JsonObject = {}): ApiError {
  return new ApiError(410, "Expired", message, { metadata });
}

/** 405: this resource does not do that. */
export function methodNotAllowed(
  message = "the server does not allow this method on the requested resource",
): ApiError {
  return new ApiError(405, "MethodNotAllowed", message, { details: {} });
}

/** 415: a body of this kind is not understood. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new ApiError(415, "UnsupportedMediaType", message);
}

/** A string as Go's %q prints it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
