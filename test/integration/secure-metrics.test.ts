import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test, type TestContext } from "vitest";
import { allRules } from "../../scripts/generate-rbac.ts";
import { rulesOf } from "../../scripts/rbac-rules.ts";
import { metricsAccessRights } from "../../src/rights.ts";
import { makeSelfSigned } from "../../src/metrics-access/self-signed.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { connect } from "./support/connection.ts";
import { type Answer, readMetrics } from "./support/https.ts";
import { freePort } from "./support/operator-process.ts";
import { createServiceAccount, tokenOf, writeKubeconfigOf } from "./support/service-account.ts";
import { openApart } from "./support/shops.ts";
import { waitFor } from "./support/wait.ts";

// The operator's process serves metrics over https, and a real API server with RBAC says who may read them.
const namespace = "integration-service";
const run = randomUUID().slice(0, 8);
const reader = { namespace, name: `metrics-reader-${run}` };
const other = { namespace, name: `metrics-other-${run}` };
let tokens: { readonly reader: string; readonly other: string };

beforeAll(async () => {
  const { client, close } = connect(inject("kubeconfig"));
  await createServiceAccount(client, reader, [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }]);
  await createServiceAccount(client, other, [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]);
  tokens = { reader: await tokenOf(client, reader), other: await tokenOf(client, other) };
  await close();
});

/** Starts an operator, and returns how to ask it for metrics. */
async function startSecure(context: TestContext, args: readonly string[], kubeconfig?: string) {
  const { start } = await openApart(context, kubeconfig);
  const port = await freePort();
  const operator = await start("--metrics-secure", "--metrics-bind-address", `127.0.0.1:${String(port)}`, ...args);
  const ask = (token?: string, ca?: string): Promise<Answer> =>
    readMetrics(port, { ...(token === undefined ? {} : { token }), ...(ca === undefined ? {} : { ca }) });
  return { operator, ask, port };
}

describe.concurrent("with --metrics-secure", () => {
  test("who may get /metrics reads them over TLS, and nobody else does", async (context) => {
    const { ask, port, operator } = await startSecure(context, ["--log-level=debug"]);
    const read = await ask(tokens.reader);
    expect(read.status).toBe(200);
    expect(read.body).toContain("# HELP workqueue_depth");
    const user = `system:serviceaccount:${namespace}:${other.name}`;
    expect(await ask(tokens.other)).toEqual({ status: 403, body: `${user} may not get the path /metrics\n` });
    expect((await ask()).status).toBe(401);
    expect((await ask("garbage")).status).toBe(401);
    expect((await ask(`${tokens.reader}x`)).status).toBe(401);
    await expect(fetch(`http://127.0.0.1:${String(port)}/metrics`)).rejects.toThrow("fetch failed");
    expect(operator.log().join("\n")).not.toContain(tokens.reader);
    expect(operator.log().join("\n")).not.toContain(tokens.other);
  });

  test("a flood of unknown tokens is turned away, most of it without a question, and a reader goes on reading", async (context) => {
    const { ask } = await startSecure(context, []);
    expect((await ask(tokens.reader)).status).toBe(200);
    const began = performance.now();
    const answers: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const crowd = Array.from({ length: 20 }, (_, index) => ask(`unknown-${String(round)}-${String(index)}`));
      answers.push(...(await Promise.all(crowd)).map(({ status }) => status));
      expect((await ask(tokens.reader)).status).toBe(200);
    }
    const seconds = (performance.now() - began) / 1000;
    const asked = answers.filter((status) => status === 401).length;
    expect(answers.filter((status) => status === 401 || status === 429)).toHaveLength(200);
    // However slow this machine is: ten at once, and two for each second that went by.
    expect(asked).toBeLessThanOrEqual(10 + 2 * seconds);
    expect(asked).toBeGreaterThan(0);
  });

  test("a certificate that is replaced in the mounted Secret is met without a restart", async (context) => {
    const directory = await temporaryDirectory();
    context.onTestFinished(() => removeDirectory(directory));
    const put = async ({ cert, key }: ReturnType<typeof makeSelfSigned>): Promise<void> => {
      for (const [name, content] of Object.entries({ "tls.crt": cert, "tls.key": key })) {
        await writeFile(join(directory, `${name}.next`), content, { mode: 0o600 });
        await rename(join(directory, `${name}.next`), join(directory, name));
      }
    };
    const [first, second] = [makeSelfSigned("first", Date.now()), makeSelfSigned("second", Date.now())];
    await put(first);
    const { ask, operator } = await startSecure(context, ["--metrics-cert-path", directory]);
    expect((await ask(tokens.reader, first.cert)).status).toBe(200);
    await expect(ask(tokens.reader, second.cert)).rejects.toThrow("self-signed certificate");
    await put(second);
    await waitFor(
      "the new certificate is met",
      () => ask(tokens.reader, second.cert).then(({ status }) => status, String),
      (status) => status === 200,
    );
    await expect(ask(tokens.reader, first.cert)).rejects.toThrow("self-signed certificate");
    expect(operator.isRunning()).toBe(true);
  });

  test("an operator that may not ask lets nobody in, says so, and goes on", async (context) => {
    const directory = await temporaryDirectory();
    context.onTestFinished(() => removeDirectory(directory));
    const { client, close } = connect(inject("kubeconfig"));
    const account = { namespace, name: `not-asking-${run}` };
    const withheld = rulesOf(metricsAccessRights).flatMap(({ resources }) => resources);
    const rules = allRules.filter(({ resources }) => !resources.some((each) => withheld.includes(each)));
    await createServiceAccount(client, account, rules);
    const file = join(directory, "kubeconfig");
    await writeKubeconfigOf(client, account, { admin: inject("kubeconfig"), file });
    await close();
    const { ask, operator } = await startSecure(context, [], file);
    expect((await ask(tokens.reader)).status).toBe(503);
    await waitFor(
      "the log says what it may not ask",
      async () => operator.logAbout("the API server did not say who may read metrics"),
      (lines) => lines.includes("tokenreviews"),
    );
    expect(operator.isRunning()).toBe(true);
  });
});
