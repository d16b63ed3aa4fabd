import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, inject, type RunnerTask, type TestContext } from "vitest";
import { connect, type Connection } from "./connection.ts";
import { namespaceResource } from "./manifests.ts";
import { startOperator, type OperatorProcess } from "./operator-process.ts";
import { Shop } from "./shop.ts";
import { playTekton } from "./tekton.ts";

export interface Shops {
  /** A fresh namespace in which the operator works, with Tekton played in it. What it holds is shown if the test fails. */
  open(context: TestContext): Promise<Shop>;
}

/** One operator for the tests of a file, which works in one namespace for each of them: files do not see each other. */
export function useOperator(): Shops {
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
    operator = await startOperator({
      kubeconfig: inject("operatorKubeconfig"),
      args: ["--watch-namespaces", namespaces.join(",")],
    });
  });
  afterAll(async () => {
    await operator?.stop();
    await connection?.close();
  });
  return {
    open: async (context) => {
      const namespace = namespaces[taken++];
      if (namespace === undefined) throw new Error("A test may open one shop");
      return openShop(context, connection, { namespace, operators: () => [operator] });
    },
  };
}

/** A fresh namespace, and operators that work in it and nowhere else: to be killed and started again. */
export async function openApart(
  context: TestContext,
  operatorKubeconfig = inject("operatorKubeconfig"),
): Promise<{ readonly shop: Shop; readonly start: (...args: readonly string[]) => Promise<OperatorProcess> }> {
  const connection = connect(inject("kubeconfig"));
  const namespace = `apart-${randomUUID().slice(0, 8)}`;
  await connection.client.create(namespaceResource, { metadata: { name: namespace } });
  const operators: OperatorProcess[] = [];
  context.onTestFinished(async () => {
    await Promise.all(operators.map((operator) => operator.stop()));
    await connection.close();
  });
  const shop = openShop(context, connection, { namespace, operators: () => operators });
  return {
    shop,
    start: async (...args) => {
      const operator = await startOperator({
        kubeconfig: operatorKubeconfig,
        args: ["--watch-namespaces", namespace, ...args],
      });
      operators.push(operator);
      return operator;
    },
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
