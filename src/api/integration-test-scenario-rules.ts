import { exactlyOneOwner, limits, type ValidationRule } from "./schema.ts";

/** Rules about a new scenario leave existing ones alone, so old objects can still be updated. */
function onCreate(rule: string, message: string, fieldPath?: string): ValidationRule {
  const path = fieldPath === undefined ? {} : { fieldPath };
  return { rule: `oldSelf.hasValue() || ${rule}`, message, ...path, optionalOldSelf: true };
}

/** A rule about the parameters of resolver git. */
function onGitParams(rule: string, message: string): ValidationRule {
  return onCreate(
    `!has(self.resolverRef) || self.resolverRef.resolver != 'git' || ${rule}`,
    `spec.resolverRef.params: with resolver git, ${message}`,
    ".resolverRef.params",
  );
}

const given = (param: string): string => `self.resolverRef.params.exists(p, p.name == '${param}' && p.value != '')`;

/** What the API server checks about a scenario's spec. */
export const scenarioRules: readonly ValidationRule[] = [
  exactlyOneOwner,
  {
    rule: "has(self.resolverRef) || (has(self.bundle) && has(self.pipeline))",
    message: "spec.resolverRef must be set (or, as in v1alpha1, both spec.bundle and spec.pipeline)",
  },
  onCreate(
    "!has(self.params) || self.params.all(p, p.name != 'SNAPSHOT')",
    "spec.params must not define SNAPSHOT: the operator sets it",
    ".params",
  ),
  onGitParams(
    `(${given("url")} ? !(${given("repo")} || ${given("org")}) : (${given("repo")} && ${given("org")}))`,
    "set either url, or both repo and org",
  ),
  onGitParams(
    "self.resolverRef.params.all(p, !(p.name in ['url', 'serverURL']) || (isURL(p.value) && p.value.startsWith('https://')))",
    "url and serverURL must be URLs that begin with https://",
  ),
  onGitParams(
    `self.resolverRef.params.all(p, p.name != 'token' || (p.value.size() <= ${limits.label} && p.value.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')))`,
    "token must be the name of a Secret",
  ),
  onGitParams("self.resolverRef.params.all(p, p.value == p.value.trim())", "values must not begin or end with blanks"),
];

/** What the API server checks about a scenario's name. */
export const scenarioNameRule: ValidationRule = onCreate(
  `(self.metadata.name.size() <= ${limits.label} && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$'))`,
  `metadata.name must begin with a lower-case letter, consist of lower-case letters, digits and '-', and be no more than ${limits.label} characters`,
);
