import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, inject, type RunnerTask, type TestContext } from "vitest";
import type { KubeClient } from "../../../src/kube/client.ts";
import { connect, type Connection } from "./connection.ts";
import { namespaceResource } from "./manifests.ts";
import { startOperator, type OperatorProcess } from "./operator-process.ts";
import { Shop } from "./shop.ts";
import { playTekton } from "./tekton.ts";

export interface Shops {
  /** A fresh namespace in which the operator works, with Tekton played in it. What it holds is shown if the test fails. */
  open(context: TestContext): Promise<Shop>;
}

/** What an operator is started with, besides what every operator in these tests is. */
export interface Started {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What to run instead of the bundle. */
  readonly command?: string;
}

/** One operator for the tests of a file, which works in one namespace for each of them: files do not see each other. */
export function useOperator(
  prepare: (client: KubeClient) => Promise<Started> = () => Promise.resolve({}),
): Shops & { operator(): OperatorProcess } {
  let connection: Connection;
  let operator: OperatorProcess;
  let namespaces: readonly string[] = [];
  let taken = 0;
  // Vitest insists on a pattern here, and nothing of it is needed.
  // oxlint-disable-next-line no-empty-pattern
  beforeAll(async ({}, suite) => {
    connection = connect(inject("kubeconfig"));
    const run = randomUUID().slice(0, 8);
    namespaces = Array.from({ length: countTests(suite.file.tasks) }, (_, index) => `shop-${run}-${String(index)}`);
    await Promise.all(namespaces.map((name) => connection.client.create(namespaceResource, { metadata: { name } })));
    const { args = [], env = {} } = await prepare(connection.client);
    operator = await startOperator({
      kubeconfig: inject("operatorKubeconfig"),
      args: ["--watch-namespaces", namespaces.join(","), ...args],
      env,
    });
  });
  afterAll(async () => {
    await operator?.stop();
    await connection?.close();
  });
  return {
    operator: () => operator,
    open: async (context) => {
      const namespace = namespaces[taken++];
      if (namespace === undefined) throw new Error("A test may open one shop");
      return openShop(context, connection, { namespace, operators: () => [operator] });
    },
  };
}

export interface Apart {
  readonly shop: Shop;
  readonly start: (...args: readonly string[]) => Promise<OperatorProcess>;
  readonly startWith: (started: Started) => Promise<OperatorProcess>;
}

/** A fresh namespace, and operators that work in it and nowhere else: to be killed and started again. */
export async function openApart(
  context: TestContext,
  operatorKubeconfig = inject("operatorKubeconfig"),
): Promise<Apart> {
  const connection = connect(inject("kubeconfig"));
  const namespace = `apart-${randomUUID().slice(0, 8)}`;
  await connection.client.create(namespaceResource, { metadata: { name: namespace } });
  const operators: OperatorProcess[] = [];
  context.onTestFinished(async () => {
    await Promise.all(operators.map((operator) => operator.stop()));
    await connection.close();
  });
  const shop = openShop(context, connection, { namespace, operators: () => operators });
  const startWith = async ({ args = [], ...more }: Started): Promise<OperatorProcess> => {
    const own = ["--watch-namespaces", namespace, ...args];
    const operator = await startOperator({ kubeconfig: operatorKubeconfig, args: own, ...more });
    operators.push(operator);
    return operator;
  };
  return {
    shop,
    start: (...args) => startWith({ args }),
    startWith,
  };
}

function openShop(
  context: TestContext,
  { client }: Connection,
  { namespace, operators }: { readonly namespace: string; readonly operators: () => readonly OperatorProcess[] },
): Shop {
  const tekton = playTekton(client, namespace);
  context.onTestFinished(() => tekton.stop());
  context.onTestFailed(() => {
    for (const operator of operators()) {
      const how = operator.isRunning() ? "runs" : "has ended";
      process.stderr.write(
        `${context.task.name}: operator ${String(operator.pid)} ${how}; it logged\n${operator.logAbout(namespace)}\n`,
      );
    }
  });
  return new Shop(client, namespace, tekton);
}

function countTests(tasks: readonly RunnerTask[]): number {
  return tasks.reduce((sum, task) => sum + (task.type === "suite" ? countTests(task.tasks) : 1), 0);
}
