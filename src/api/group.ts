/** The API group that all kinds of Konflux share. */
export const group = "appstudio.redhat.com";

/** Where a kind is served; the same shape as the API client's own description of a resource. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Every kind this operator serves, at the version it reads and writes. */
export const resources = {
  application: { group, version: "v1alpha1", plural: "applications", kind: "Application", namespaced: true },
  component: { group, version: "v1alpha1", plural: "components", kind: "Component", namespaced: true },
  componentGroup: {
    group,
    version: "v1beta2",
    plural: "componentgroups",
    kind: "ComponentGroup",
    namespaced: true,
  },
  snapshot: { group, version: "v1alpha1", plural: "snapshots", kind: "Snapshot", namespaced: true },
  integrationTestScenario: {
    group,
    version: "v1beta2",
    plural: "integrationtestscenarios",
    kind: "IntegrationTestScenario",
    namespaced: true,
  },
  releasePlan: { group, version: "v1alpha1", plural: "releaseplans", kind: "ReleasePlan", namespaced: true },
  release: { group, version: "v1alpha1", plural: "releases", kind: "Release", namespaced: true },
} as const satisfies Record<string, Resource>;
