import { resources } from "../../../src/api/group.ts";
import { labels } from "../../../src/api/labels.ts";
import { candidateListKey, configMapResource } from "../../../src/cache/candidate-list.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { tektonResources } from "../../../src/tekton/pipeline-run.ts";
import { furnish, untilScenariosValid } from "../applications.ts";
import { build, madeBy } from "../builds.ts";
import { watchLedgers } from "../ledgers.ts";
import { untilQuiet } from "../quiet.ts";
import type { Stage } from "../stage.ts";
import { completeTests } from "../tekton.ts";

/** An object that there is, to be copied. */
export interface Template {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** One Application with all that it is made of, and all that one build of it leaves behind: as the operator, and not this
 * benchmark, has made it. */
export interface Templates {
  readonly namespace: string;
  readonly application: string;
  readonly components: readonly string[];
  readonly uid: string;
  /** Application, Components, scenarios, ReleasePlan. */
  readonly furniture: readonly Template[];
  readonly candidateList: KubeObject;
  readonly snapshot: Template;
  readonly buildRun: Template;
  readonly testRun: Template;
}

/** Only what is copied carries it, so that it can be replaced as text. */
const application = "tmpl-0000";
const namespace = "tmpl-space";

/** Lets the operator take one build through, and reads what is there then. */
export async function makeTemplates(stage: Stage, componentCount: number): Promise<Templates> {
  const { client } = stage;
  const operator = await stage.startOperator();
  const ledgers = await watchLedgers(client);
  const stopTests = completeTests(client);
  try {
    const [made] = await furnish(client, [namespace], componentCount, application);
    const components = made?.components ?? [];
    await untilScenariosValid(client, [{ namespace, components }]);
    await ledgers.promoted(madeBy(await build(client, namespace, components[0] ?? "")));
    await untilQuiet(operator);
    return { ...(await read(stage)), namespace, application, components };
  } finally {
    await stopTests();
    await ledgers.stop();
    await operator.stop();
  }
}

const furnitureKinds: readonly Resource[] = [
  resources.application,
  resources.component,
  resources.integrationTestScenario,
  resources.releasePlan,
];

async function read({ client }: Stage): Promise<Omit<Templates, "namespace" | "application" | "components">> {
  const all = async (resource: Resource): Promise<readonly Template[]> => {
    const { items } = await client.list(resource, { namespace });
    return items.map((object) => ({ resource, object: { ...kindOf(resource), ...object } }));
  };
  const [[ofSnapshot], runs, furniture, candidateList] = await Promise.all([
    all(resources.snapshot),
    all(tektonResources.pipelineRun),
    Promise.all(furnitureKinds.map(all)),
    client.get(configMapResource, candidateListKey({ kind: "Application", namespace, name: application })),
  ]);
  const ofType = (type: string): Template | undefined =>
    runs.find(({ object }) => object.metadata.labels?.[labels.pipelinesType] === type);
  const [buildRun, testRun] = [ofType("build"), ofType("test")];
  const ofApplication = furniture.flat().find(({ resource }) => resource === resources.application);
  if (ofSnapshot === undefined || buildRun === undefined || testRun === undefined || candidateList === undefined)
    throw new Error("The build whose traces were to be copied has left too few.");
  return {
    uid: ofApplication?.object.metadata.uid ?? "",
    furniture: furniture.flat(),
    candidateList,
    snapshot: ofSnapshot,
    buildRun,
    testRun,
  };
}

/** A list says its items' kind only once, and etcd holds it with each. */
function kindOf({ group, version, kind }: Resource): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: `${group}/${version}`, kind };
}
