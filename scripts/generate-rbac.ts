import { join } from "node:path";
import { kinds } from "../src/api/kinds.ts";
import { leaderElectionRights, metricsAccessRights, operatorRights } from "../src/rights.ts";
import { root, toYaml, writeGenerated } from "./generated-files.ts";
import { rulesOf, type Rule } from "./rbac-rules.ts";

const header =
  "Generated from src/rights.ts by `make generate`. Do not edit: declare the right where it is needed and generate again.";
const labels = { "app.kubernetes.io/name": "integration-service" };

/** The roles that people get: their verbs on every kind the operator serves, and Kubernetes' own role that each joins. */
const userRoles = {
  admin: { verbs: ["*"], joins: "admin" },
  editor: { verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"], joins: "edit" },
  viewer: { verbs: ["get", "list", "watch"], joins: "view" },
} as const;

const common = rulesOf(operatorRights.filter((part) => part.optional === undefined).flatMap(({ rights }) => rights));
const optional = operatorRights.flatMap(({ part, rights, optional: switched }) =>
  switched === undefined ? [] : [{ part, rules: rulesOf(rights), ...switched }],
);

/** The operator's rules where nobody turned a part of it on or off. */
const defaultRules: readonly Rule[] = [
  ...common,
  ...optional.filter(({ byDefault }) => byDefault).flatMap(({ rules }) => rules),
];

/** The operator's rules where all of it is turned on. */
export const allRules: readonly Rule[] = [
  ...common,
  ...optional.flatMap(({ rules }) => rules),
  ...rulesOf(metricsAccessRights),
];

function userRules(verbs: readonly string[]): readonly Rule[] {
  return [...Map.groupBy(kinds, ({ resource }) => resource.group)].flatMap(([group, ofGroup]) => {
    const plurals = ofGroup.map(({ resource }) => resource.plural).toSorted();
    const statuses = plurals.map((plural) => `${plural}/status`);
    return [
      { apiGroups: [group], resources: plurals, verbs },
      { apiGroups: [group], resources: statuses, verbs: ["get"] },
    ];
  });
}

function role(kind: "Role" | "ClusterRole", metadata: object, rules: readonly Rule[]): string {
  return `# ${header}\n${toYaml({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata, rules })}`;
}

/** The roles as kustomize takes them, by path below config/rbac. */
function manifests(): Readonly<Record<string, string>> {
  const manager = { name: "integration-service-manager", labels };
  const users = Object.entries(userRoles).map(([name, { verbs, joins }]) => {
    const aggregated = { ...labels, [`rbac.authorization.k8s.io/aggregate-to-${joins}`]: "true" };
    const metadata = { name: `integration-service-${name}`, labels: aggregated };
    return [`users/${name}.yaml`, role("ClusterRole", metadata, userRules(verbs))] as const;
  });
  const election = { name: "integration-service-leader-election", labels };
  const access = { name: "integration-service-metrics-access", labels };
  return {
    "cluster/role.yaml": role("ClusterRole", manager, defaultRules),
    "namespaced/role.yaml": role("Role", manager, defaultRules),
    "operator/leader-election-role.yaml": role("Role", election, rulesOf(leaderElectionRights)),
    "metrics-access/role.yaml": role("ClusterRole", access, rulesOf(metricsAccessRights)),
    ...Object.fromEntries(users),
  };
}

/** The rules as the chart's templates include them, each optional part behind the value that turns it on. */
function chartTemplates(): string {
  const switched = optional.map(({ value, rules }) => `{{- if .Values.${value} }}\n${toYaml(rules)}{{- end }}\n`);
  return [
    `{{/* ${header} */}}\n`,
    define("managerRules", toYaml(common) + switched.join("")),
    define("leaderElectionRules", toYaml(rulesOf(leaderElectionRights))),
    define("metricsAccessRules", toYaml(rulesOf(metricsAccessRights))),
    ...Object.entries(userRoles).map(([name, { verbs }]) => define(`${name}Rules`, toYaml(userRules(verbs)))),
  ].join("\n");
}

function define(name: string, text: string): string {
  return `{{- define "integration-service.${name}" -}}\n${text}{{- end }}\n`;
}

if (import.meta.main) {
  const files = Object.entries(manifests()).map(([path, text]) => [join(root, "config/rbac", path), text] as const);
  const templates = join(root, "config/helm/integration-service/templates/_rules.tpl");
  writeGenerated(new Map([...files, [templates, chartTemplates()]]), "src/rights.ts");
}
