import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, afterAll, describe, expect, inject, test } from "vitest";
import { makePackage } from "../../scripts/package.ts";
import { tryBundle } from "../../scripts/try-bundle.ts";
import { removeDirectory, temporaryDirectory } from "../controlplane/temporary.ts";
import { openApart } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";

const run = promisify(execFile);

describe("the package of the command line, packed and installed somewhere else", () => {
  let folder = "";
  let command = "";
  beforeAll(async () => {
    const tarball = await makePackage();
    folder = await temporaryDirectory();
    await writeFile(join(folder, "package.json"), '{ "private": true }');
    // It needs no other package, so it can be installed where there is no registry.
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
    command = join(folder, "node_modules/.bin/integration-service");
  });
  afterAll(() => removeDirectory(folder));

  test("says its version and its flags", async () => {
    const tarball = (await run("npm", ["ls", "--json"], { cwd: folder })).stdout;
    const { dependencies } = JSON.parse(tarball) as { dependencies: Record<string, { version: string }> };
    const version = await run(command, ["--version"], { cwd: folder });
    expect(version.stdout.trim()).toBe(dependencies["integration-service"]?.version);
    expect((await run(command, ["--help"], { cwd: folder })).stdout).toContain("--watch-namespaces");
  });

  test("holds the program, the CRDs and the licences, and nothing of our sources", async () => {
    const installed = join(folder, "node_modules/integration-service");
    const { stdout } = await run("find", [installed, "-type", "f"]);
    const files = stdout
      .trim()
      .split("\n")
      .map((path) => path.slice(installed.length + 1));
    expect(files).toEqual(expect.arrayContaining(["dist/integration-service.mjs", "dist/THIRD-PARTY-LICENSES.txt"]));
    expect(files.filter((file) => file.startsWith("crds/")).length).toBeGreaterThan(0);
    expect(files.filter((file) => file.endsWith(".ts") || basename(file).startsWith("."))).toEqual([]);
  });

  test("runs the operator outside the cluster: a build is tested and promoted", async (context) => {
    const { shop, startWith } = await openApart(context);
    const operator = await startWith({ command });
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    const explain = async (what: string): Promise<string> => {
      const args = ["explain", what, "-n", shop.namespace, "--kubeconfig", inject("kubeconfig")];
      return (await run(command, args, { cwd: folder })).stdout;
    };
    const told = await explain(name);
    expect(told).toContain(`Snapshot ${name} (component of Component frontend) of Application shop`);
    expect(told).toContain("Promoted: Promoted. Promoted at revision 1 of the global candidate list");
    expect(told).toContain("smoke: TestPassed.");
    expect(told).toContain("frontend: the candidate, and promoted");
    // By the name of the build that led to it, which is what its developer has at hand.
    expect(await explain("frontend-1")).toBe(told);

    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("backend", "backend-1");
    await shop.outcomeOf("backend-1", "Unknown TestsRunning");
    const waiting = await explain("backend-1");
    expect(waiting).toContain("Not promoted yet: TestsRunning. Waiting for the required scenarios smoke");
    expect(waiting).toContain("As things are: it waits for the required scenarios smoke.");
    expect(waiting).toContain("backend: the Component has no candidate");
    await expect(explain("nobody")).rejects.toThrow(
      `Namespace ${shop.namespace} has no Snapshot and no PipelineRun nobody`,
    );
    expect(await operator.stop()).toBe("exit code 0");
  });
});

test("the bundle starts alone, with no package around it, and answers before it has found an API server", async () => {
  expect(inject("kubeconfig")).not.toBe("");
  const { startedMs, answer, version } = await tryBundle();
  process.stdout.write(`the bundle answered ${startedMs.toFixed(0)} ms after it was started\n`);
  expect(answer).toBe("200 ok");
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});
