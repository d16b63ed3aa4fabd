import type { Right } from "../src/kube/rights.ts";

/** A rule of a Role or ClusterRole, in the order of fields that people write. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** One rule for each kind or subresource and the names that it is limited to, in a fixed order, whoever declared what. */
export function rulesOf(rights: readonly Right[]): readonly Rule[] {
  const byTarget = Map.groupBy(rights, ({ group, resource, names = [] }) =>
    JSON.stringify([group, resource, names.toSorted()]),
  );
  return [...byTarget.keys()].toSorted().map((target) => {
    const [group, resource, names] = JSON.parse(target) as [string, string, string[]];
    const verbs = new Set((byTarget.get(target) ?? []).flatMap((right) => right.verbs));
    return {
      apiGroups: [group],
      resources: [resource],
      ...(names.length === 0 ? {} : { resourceNames: names }),
      verbs: [...verbs].toSorted(),
    };
  });
}
