import { readdirSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { TypeName } from "../apiserver/store-access.ts";

const root = new URL("../../../", import.meta.url);

/** The CRDs that the project ships, and Tekton's. Read once a process. */
export const definitions: readonly object[] = [
  ...readdirSync(new URL("crds/", root)).map((file) => new URL(`crds/${file}`, root)),
  new URL("test/tekton/crds.yaml", root),
].flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS() as object));

const group = "appstudio.redhat.com";

/** The kinds of the simulation, as objects name them. */
export const types = {
  application: { apiVersion: `${group}/v1alpha1`, kind: "Application" },
  componentGroup: { apiVersion: `${group}/v1beta2`, kind: "ComponentGroup" },
  component: { apiVersion: `${group}/v1alpha1`, kind: "Component" },
  snapshot: { apiVersion: `${group}/v1alpha1`, kind: "Snapshot" },
  scenario: { apiVersion: `${group}/v1beta2`, kind: "IntegrationTestScenario" },
  releasePlan: { apiVersion: `${group}/v1alpha1`, kind: "ReleasePlan" },
  release: { apiVersion: `${group}/v1alpha1`, kind: "Release" },
  pipelineRun: { apiVersion: "tekton.dev/v1", kind: "PipelineRun" },
  taskRun: { apiVersion: "tekton.dev/v1", kind: "TaskRun" },
  configMap: { apiVersion: "v1", kind: "ConfigMap" },
  event: { apiVersion: "v1", kind: "Event" },
} as const satisfies Readonly<Record<string, TypeName>>;

/** Where everything happens. */
export const namespace = "default";
