/** A Component in the model without Applications, with the versions that are built of it. */
export const componentOf = (name: string, versions = "v1"): string => `
---
apiVersion: appstudio.redhat.com/v1alpha1
kind: Component
metadata:
  name: ${name}
spec:
  source:
    url: https://git.example/shop/${name}
    versions:${versions
      .split(" ")
      .map((version) => `\n      - {name: ${version}, revision: ${version}}`)
      .join("")}
`;

/** A ComponentGroup of versions (`cart@v1`) and other groups (`web`); what else its spec has comes indented by two. */
export const groupOf = (name: string, members: string, more = ""): string => `
---
apiVersion: appstudio.redhat.com/v1beta2
kind: ComponentGroup
metadata:
  name: ${name}
spec:
  components:${members
    .split(" ")
    .map((member) => {
      const [of = "", version] = member.split("@");
      return version === undefined
        ? `\n    - {name: ${of}, kind: componentGroup}`
        : `\n    - {name: ${of}, componentVersion: {name: ${version}, version: ${version}}}`;
    })
    .join("")}
${more}`;

/** A scenario of a ComponentGroup. */
export const scenarioOf = (name: string, group: string, { optional = false, contexts = "" } = {}): string => `
---
apiVersion: appstudio.redhat.com/v1beta2
kind: IntegrationTestScenario
metadata:
  name: ${name}
  labels: {test.appstudio.openshift.io/optional: "${String(optional)}"}
spec:
  componentGroup: ${group}
  contexts: [${contexts === "" ? "" : `{name: ${contexts}}`}]
  resolverRef:
    resolver: git
    params:
      - {name: url, value: https://git.example/tests}
      - {name: revision, value: main}
      - {name: pathInRepo, value: ${name}.yaml}
`;

/** A ReleasePlan of a ComponentGroup. */
export const planOf = (name: string, group: string): string => `
---
apiVersion: appstudio.redhat.com/v1alpha1
kind: ReleasePlan
metadata:
  name: ${name}
spec:
  componentGroup: ${group}
  target: production
`;

/** What makes a build one for ComponentGroups. */
export const ofVersion = (name: string): { readonly annotations: Readonly<Record<string, string>> } => ({
  annotations: { "appstudio.openshift.io/version": name },
});
