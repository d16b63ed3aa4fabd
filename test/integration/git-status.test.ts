import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, inject, test } from "vitest";
import type { KubeClient } from "../../src/kube/client.ts";
import { startForgejo, type Forgejo } from "../git-providers/forgejo.ts";
import { startGitHub, type GitHub } from "../git-providers/github.ts";
import { startGitLab, type GitLab } from "../git-providers/gitlab.ts";
import { tally, writesOf } from "./support/audit-log.ts";
import { connect } from "./support/connection.ts";
import { component, pacRepository, resourceOf, type Manifest } from "./support/manifests.ts";
import { freePort } from "./support/operator-process.ts";
import type { Shop } from "./support/shop.ts";
import { openApart, useOperator } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

// The operator's process, a real API server, and git providers on this machine that take only what the real ones take.
let hub: GitHub;
let lab: GitLab;
let forge: Forgejo;
const appSecret = { namespace: "integration-service", name: `pac-${randomUUID().slice(0, 8)}` };
let metrics: string;

const shops = useOperator(async (client) => {
  [hub, lab, forge] = await Promise.all([startGitHub(), startGitLab(), startForgejo()]);
  await putAppSecret(client, hub);
  metrics = `127.0.0.1:${String(await freePort())}`;
  return settingsFor(hub, ["--metrics-bind-address", metrics]);
});
afterAll(async () => {
  await Promise.all([hub, lab, forge].map((server) => server?.close()));
});

const secretOf = (name: string, texts: Texts): Manifest => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData: texts };
  return secret;
};

async function putAppSecret(client: KubeClient, { state }: GitHub): Promise<void> {
  const texts = { "github-application-id": state.appId, "github-private-key": state.privateKey };
  const secret = secretOf(appSecret.name, texts);
  await client.create(resourceOf(secret), { ...secret, metadata: appSecret });
}

function settingsFor({ origin }: GitHub, args: readonly string[] = []) {
  return {
    args: ["--git-status", "--github-api-url", `${origin}/api/v3`, ...args],
    env: {
      PAC_SECRET: appSecret.name,
      CONSOLE_NAME: "Konflux",
      CONSOLE_URL: "https://console.example/{{ .Namespace }}/{{ .PipelineRunName }}",
    },
  };
}

/** Each test has a commit of its own, by which it finds what was told of it. */
const commitOf = (shop: Shop): string => createHash("sha1").update(shop.namespace).digest("hex");

type Texts = Readonly<Record<string, string>>;

/** What the operator wrote in a namespace, but for what every namespace with a scenario gets once. */
async function writesIn({ namespace }: Shop): Promise<readonly string[]> {
  const writes = await writesOf(inject("auditLog"), namespace);
  return writes.filter((write) => !/ (serviceaccounts|secrets|rolebindings|integrationtestscenarios)/.test(write));
}

/** What Pipelines-as-Code leaves on a build. */
function event(shop: Shop, url: string, more: { readonly labels?: Texts; readonly annotations?: Texts } = {}) {
  const prefixed = (texts: Texts): Texts =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [`pipelinesascode.tekton.dev/${name}`, text]));
  return {
    labels: prefixed({ sha: commitOf(shop), "event-type": "push", ...more.labels }),
    annotations: prefixed({ "repo-url": url, "source-repo-url": url, ...more.annotations }),
  };
}

const pullRequest = { "event-type": "pull_request", "pull-request": "7" };

/** Makes the namespace one that reports to a repository, perhaps with a token. */
async function connectTo(shop: Shop, url: string, token?: string): Promise<void> {
  const secret = { name: "git-token", key: "token" };
  await shop.create(
    pacRepository("shop", { url, ...(token === undefined ? {} : { git_provider: { secret } }) }),
    ...(token === undefined ? [] : [secretOf(secret.name, { token })]),
  );
}

const annotationsOf = async (shop: Shop, build: string): Promise<Texts> =>
  (await shop.snapshotOf(build)).raw.metadata.annotations ?? {};

const reporterStatus = "test.appstudio.openshift.io/git-reporter-status";
const reportingFailure = "test.appstudio.openshift.io/git-reporting-failure";

/** Waits until everything that is known of a build's tests is noted as reported. */
async function reported(shop: Shop, build: string): Promise<Texts> {
  return waitFor(
    `everything about ${build} is reported`,
    () => annotationsOf(shop, build),
    (said) => {
      const noted = JSON.parse(said[reporterStatus] ?? `{"scenarios":{}}`) as {
        readonly scenarios: Readonly<Record<string, { readonly lastUpdateTime: string }>>;
      };
      const entries = JSON.parse(said["test.appstudio.openshift.io/status"] ?? "[]") as readonly {
        readonly scenario: string;
        readonly status: string;
        readonly lastUpdateTime: string;
      }[];
      const times = new Set(Object.values(noted.scenarios).map(({ lastUpdateTime }) => lastUpdateTime));
      return (
        entries.length > 0 && entries.every((each) => each.status.startsWith("Test") && times.has(each.lastUpdateTime))
      );
    },
  );
}

const failureOf = (shop: Shop, build: string): Promise<string | undefined> =>
  waitFor(
    `a failure to report ${build} is told`,
    async () => (await annotationsOf(shop, build))[reportingFailure],
    (text) => text !== undefined,
  );

const checksOf = (shop: Shop): readonly string[] =>
  hub.state.checkRuns
    .filter((run) => run.head_sha === commitOf(shop))
    .map(({ name, external_id: id, conclusion }) => `${name ?? ""} [${id ?? ""}]: ${conclusion ?? ""}`)
    .toSorted();

const installation = (): Texts => ({ "installation-id": String(hub.state.installation) });
const gitHubUrl = (): string => `${hub.origin}/acme/shop`;
const gitHubApp = (shop: Shop, labels: Texts = {}) =>
  event(shop, gitHubUrl(), { labels: { "git-provider": "github", ...labels }, annotations: installation() });

describe.concurrent("a commit's git provider knows how its tests end", () => {
  test("GitHub, through the App: a pull request has a check run for each scenario, and no comment", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await connectTo(shop, gitHubUrl());
    shop.tekton.play = ({ scenario }) => (scenario === "smoke" ? fails() : passes());
    await shop.build("frontend", "frontend-1", gitHubApp(shop, pullRequest));
    await reported(shop, "frontend-1");
    expect(checksOf(shop)).toEqual([
      "Konflux / end-to-end / frontend [end-to-end-frontend]: success",
      "Konflux / smoke / frontend [smoke-frontend]: failure",
    ]);
    const failed = hub.state.checkRuns.find((run) => run.head_sha === commitOf(shop) && run.conclusion === "failure")!;
    const { tests, name } = await shop.snapshotOf("frontend-1");
    const run = tests["smoke"]!["testPipelineRunName"]!;
    expect(failed.details_url).toBe(`https://console.example/${shop.namespace}/${run}`);
    expect(failed.output).toMatchObject({
      title: "Failed",
      summary: `Integration test for snapshot ${name} and scenario smoke has failed`,
    });
    expect(failed.output!.text).toContain("| test | :x: FAILURE |  |");
    expect(hub.requests.filter(({ path }) => path.includes("/issues/7")).length).toBe(0);
  });

  test("GitHub, through the App: a push, which is promoted as ever, at the price of the notes", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await connectTo(shop, gitHubUrl());
    await shop.build("frontend", "frontend-1", gitHubApp(shop));
    await shop.outcomeOf("frontend-1", "True Promoted");
    const noted = Object.keys(
      (JSON.parse((await reported(shop, "frontend-1"))[reporterStatus]!) as { readonly scenarios: object }).scenarios,
    );
    const { name } = await shop.snapshotOf("frontend-1");
    expect(noted.toSorted()).toEqual([`end-to-end-${name}`, `smoke-${name}`]);
    expect(checksOf(shop).every((check) => check.endsWith(": success"))).toBe(true);
    const writes = await writesIn(shop);
    process.stdout.write(`one build, reported to git: ${String(writes.length)} writes (${tally(writes)})\n`);
    expect(writes.length).toBeLessThanOrEqual(14 + 3);
  });

  test("GitHub, with a token: commit statuses, and one comment for each scenario of a pull request", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await connectTo(shop, `${gitHubUrl()}.git`, hub.state.personalToken);
    const labels = { "git-provider": "github", ...pullRequest, "pull-request": "8" };
    await shop.build("frontend", "frontend-1", event(shop, gitHubUrl(), { labels }));
    await reported(shop, "frontend-1");
    const latest = new Map(
      hub.state.statuses.filter(({ sha }) => sha === commitOf(shop)).map(({ context: name, state }) => [name, state]),
    );
    expect(Object.fromEntries(latest)).toEqual({
      "Konflux / end-to-end / frontend": "success",
      "Konflux / smoke / frontend": "success",
    });
    const comments = hub.state.comments.filter(({ issue }) => issue === 8).map(({ body }) => body.split("\n")[1]);
    const { name } = await shop.snapshotOf("frontend-1");
    expect(comments.map(String).toSorted()).toEqual(
      ["end-to-end", "smoke"].map(
        (each) => `### :heavy_check_mark: Integration test for snapshot ${name} and scenario ${each} has passed`,
      ),
    );
  });

  test("GitLab: a merge request, without notes where its Component does not want them", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: [], scenarios: ["smoke"] });
    await shop.create(
      component("frontend", "shop"),
      component("quiet", "shop", { "repository-settings": { "comment-strategy": "disable_all" } }),
    );
    const url = `${lab.origin}/acme/group/shop`;
    await connectTo(shop, url, lab.state.token);
    const at = (number: string) =>
      event(shop, url, {
        labels: { "git-provider": "gitlab", "event-type": "Merge_Request", "pull-request": number },
        annotations: { "source-project-id": "41", "target-project-id": "42" },
      });
    await shop.build("frontend", "frontend-1", at("7"));
    await shop.build("quiet", "quiet-1", at("9"));
    await reported(shop, "frontend-1");
    await reported(shop, "quiet-1");
    const ended = lab.state.statuses.filter(({ sha, state }) => sha === commitOf(shop) && state === "success");
    expect(ended.map(({ name }) => name).toSorted()).toEqual(["Konflux / smoke / frontend", "Konflux / smoke / quiet"]);
    expect(lab.state.notes.map(({ mergeRequest }) => mergeRequest)).toEqual([7]);
  });

  test("Forgejo: a push has statuses", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const url = `${forge.origin}/acme/shop`;
    await connectTo(shop, url, forge.state.token);
    await shop.build("frontend", "frontend-1", event(shop, url, { labels: { "git-provider": "gitea" } }));
    await reported(shop, "frontend-1");
    expect(forge.state.statuses.findLast(({ sha }) => sha === commitOf(shop))).toMatchObject({
      state: "success",
      context: "Konflux / smoke / frontend",
    });
    expect(forge.state.comments).toEqual([]);
  });
});

test("the commits of a group of pull requests are told how they pass together", async (context) => {
  const shop = await shops.open(context);
  await shop.furnish({ scenarios: ["smoke"] });
  await connectTo(shop, gitHubUrl());
  const commits = ["frontend", "backend"].map((name) =>
    createHash("sha1")
      .update(shop.namespace + name)
      .digest("hex"),
  );
  const change = (index: number) =>
    event(shop, gitHubUrl(), {
      labels: { "git-provider": "github", ...pullRequest, "pull-request": `1${String(index)}`, sha: commits[index]! },
      annotations: { ...installation(), "source-branch": "feature" },
    });
  await Promise.all(["frontend", "backend"].map((name, index) => shop.build(name, `${name}-1`, change(index))));
  const told = await waitFor(
    "both commits are told",
    () =>
      Promise.resolve(
        commits.map((sha) =>
          hub.state.checkRuns.find((run) => run.head_sha === sha && run.external_id === "smoke-feature"),
        ),
      ),
    (runs) => runs.every((run) => run?.conclusion !== undefined),
  );
  expect(told.map((run) => `${run!.name ?? ""}: ${run!.conclusion ?? ""}`)).toEqual(
    Array(2).fill("Konflux / smoke / feature: success"),
  );
});

describe.concurrent("a pull request's git provider knows how its build stands", () => {
  const started = async (shop: Shop): Promise<void> => {
    await shop.furnish({ scenarios: ["smoke"] });
    await connectTo(shop, gitHubUrl());
    await shop.startBuild("frontend", "frontend-1", gitHubApp(shop, pullRequest));
    await waitFor(
      "the build is told to be running",
      () => Promise.resolve(runsOf(shop)),
      ([run]) => run?.status === "queued",
    );
  };
  const runsOf = (shop: Shop) => hub.state.checkRuns.filter((run) => run.head_sha === commitOf(shop));
  const endOf = (shop: Shop) =>
    waitFor(
      "the check has ended",
      () => Promise.resolve(runsOf(shop)),
      ([run]) => run?.status === "completed",
    );
  const toldOf = async (shop: Shop) =>
    (await shop.get("PipelineRun", "frontend-1"))?.metadata.annotations?.[
      "test.appstudio.openshift.io/snapshot-creation-report"
    ];

  test("while it runs, and the same check then tells of the test", async (context) => {
    const shop = await shops.open(context);
    await started(shop);
    expect(runsOf(shop)[0]!.output!.summary).toBe(
      "Integration test for scenario smoke is pending because build pipelinerun is still running and snapshot has not been created",
    );
    await waitFor(
      "it is noted",
      () => toldOf(shop),
      (status) => status === "BuildPLRInProgress",
    );
    await shop.finishBuild("frontend", "frontend-1", gitHubApp(shop, pullRequest));
    await reported(shop, "frontend-1");
    expect(runsOf(shop).map(({ conclusion }) => conclusion)).toEqual(["success"]);
  });

  test("when it fails", async (context) => {
    const shop = await shops.open(context);
    await started(shop);
    await shop.patchStatus({ kind: "PipelineRun" }, "frontend-1", {
      completionTime: new Date().toISOString(),
      conditions: [{ type: "Succeeded", status: "False", reason: "Failed" }],
    });
    expect(await endOf(shop)).toMatchObject([{ conclusion: "cancelled", output: { title: "Failed" } }]);
    await waitFor(
      "it is noted",
      () => toldOf(shop),
      (status) => status === "BuildPLRFailed",
    );
  });

  test("when it gets no Snapshot, with the reason", async (context) => {
    const shop = await shops.open(context);
    await started(shop);
    const details = { ...gitHubApp(shop, pullRequest), results: { IMAGE_URL: undefined } };
    await shop.finishBuild("frontend", "frontend-1", details);
    const [run] = await endOf(shop);
    expect(run!.conclusion).toBe("cancelled");
    expect(run!.output!.text).toBe(
      "Failed to create snapshot. Error: Missing info IMAGE_URL from pipelinerun frontend-1",
    );
  });
});

describe.concurrent("a git provider that fails", () => {
  const about = (shop: Shop, path: string): boolean => path.includes(commitOf(shop));

  test("with errors delays nothing, and is told everything once it is well", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const own = await startForgejo();
    context.onTestFinished(() => own.close());
    own.fault = ({ path }) => (about(shop, path) ? { status: 503, body: { message: "out of order" } } : undefined);
    await connectTo(shop, `${own.origin}/acme/shop`, own.state.token);
    const details = event(shop, `${own.origin}/acme/shop`, { labels: { "git-provider": "forgejo" } });
    await shop.build("frontend", "frontend-1", details);
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(own.state.statuses).toEqual([]);
    expect(await failureOf(shop, "frontend-1")).toMatch(/: HTTP 503, out of order$/);
    own.fault = undefined;
    expect((await reported(shop, "frontend-1"))[reportingFailure]).toBeUndefined();
    expect(own.state.statuses.map(({ state }) => state)).toEqual(["success"]);
  });

  test("by never answering delays nothing", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const own = await startForgejo();
    context.onTestFinished(() => own.close());
    own.fault = () => "hang";
    await connectTo(shop, `${own.origin}/acme/shop`, own.state.token);
    const details = event(shop, `${own.origin}/acme/shop`, { labels: { "git-provider": "forgejo" } });
    await Promise.all([1, 2, 3].map((each) => shop.build("frontend", `frontend-${String(each)}`, details)));
    await shop.quiet();
    expect(own.state.statuses).toEqual([]);
  });

  test("with a rate limit is left alone until that is over", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke", "lint"] });
    const own = await startForgejo();
    context.onTestFinished(() => own.close());
    const calls: number[] = [];
    own.fault = () => {
      calls.push(performance.now());
      return calls.length === 1 ? { status: 429, headers: { "retry-after": "3" } } : undefined;
    };
    await connectTo(shop, `${own.origin}/acme/shop`, own.state.token);
    const details = event(shop, `${own.origin}/acme/shop`, { labels: { "git-provider": "forgejo" } });
    await shop.build("frontend", "frontend-1", details);
    await shop.outcomeOf("frontend-1", "True Promoted");
    await reported(shop, "frontend-1");
    expect(calls[1]! - calls[0]!).toBeGreaterThan(2_900);
  });

  test("to know the token is told on the Snapshot, without the token", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const token = `wrong-${randomUUID()}`;
    await connectTo(shop, gitHubUrl(), token);
    await shop.build("frontend", "frontend-1", event(shop, gitHubUrl(), { labels: { "git-provider": "github" } }));
    expect(await failureOf(shop, "frontend-1")).toMatch(/HTTP 401, Bad credentials: \[redacted\]$/);
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(shops.operator().hasLogged(shop.namespace)).toBe(true);
    expect(shops.operator().hasLogged(token)).toBe(false);
  });

  test("to let the App in is told on the Snapshot", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await connectTo(shop, gitHubUrl());
    const details = gitHubApp(shop);
    const annotations = { ...details.annotations, "pipelinesascode.tekton.dev/installation-id": "4712" };
    await shop.build("frontend", "frontend-1", { ...details, annotations });
    expect(await failureOf(shop, "frontend-1")).toMatch(/^get a token of installation 4712 .*: HTTP 404, Not Found$/);
    await shop.outcomeOf("frontend-1", "True Promoted");
  });
});

describe.concurrent("who may not report", () => {
  test("a namespace without a Repository for the address is not let through, whatever its builds say", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await connectTo(shop, `${hub.origin}/acme/other`);
    await shop.build("frontend", "frontend-1", gitHubApp(shop));
    expect(await failureOf(shop, "frontend-1")).toBe(
      `no Repository in namespace ${shop.namespace} has the url ${gitHubUrl()}`,
    );
    expect(hub.requests.some(({ path }) => path.includes(commitOf(shop)))).toBe(false);
  });

  test("the App's proof of identity goes to its own GitHub and nowhere else", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const elsewhere = await startGitHub();
    context.onTestFinished(() => elsewhere.close());
    const url = `${elsewhere.origin}/acme/shop`;
    await connectTo(shop, url);
    const labels = { "git-provider": "github" };
    await shop.build("frontend", "frontend-1", event(shop, url, { labels, annotations: installation() }));
    expect(await failureOf(shop, "frontend-1")).toContain("is not where the GitHub App is");
    expect(elsewhere.requests).toEqual([]);
  });
});

test("the metric says whether the App is there, and reports are counted", async () => {
  const text = await waitFor(
    "the App was looked for",
    async () => (await fetch(`http://${metrics}/metrics`)).text(),
    (seen) => seen.includes("redhat_appstudio_integrationservice_global_github_app_available 1"),
  );
  expect(text).toMatch(/integration_svc_git_reports_total\{provider="github",result="reported"\} [1-9]/);
});

test("no secret shows up in what the operator logged, wrote, told in Events, or counted", async () => {
  const { client, close } = connect(inject("kubeconfig"));
  const seen = await Promise.all(
    ["Snapshot", "PipelineRun", "Event"].map((kind) => client.list(resourceOf({ kind, metadata: { name: "" } }), {})),
  );
  await close();
  const written = JSON.stringify(seen) + (await (await fetch(`http://${metrics}/metrics`)).text());
  const secrets = [
    hub.state.personalToken,
    lab.state.token,
    forge.state.token,
    hub.state.privateKey.split("\n")[1]!,
    ...hub.state.issued,
  ];
  expect(hub.state.issued.size).toBeGreaterThan(0);
  expect(written).toContain(reporterStatus);
  expect(secrets.filter((secret) => shops.operator().hasLogged(secret) || written.includes(secret))).toEqual([]);
});

test("a crash between telling and noting tells nothing twice", async (context) => {
  const own = await startGitHub();
  context.onTestFinished(() => own.close());
  const { shop, startWith } = await openApart(context);
  const texts = { "github-application-id": own.state.appId, "github-private-key": own.state.privateKey };
  await shop.create(secretOf("own-app", texts));
  const { args } = settingsFor(own);
  const started = { args, env: { INTEGRATION_NS: shop.namespace, PAC_SECRET: "own-app" } };
  const first = await startWith(started);
  own.beforeAnswer = async ({ body }) => {
    if (!JSON.stringify(body ?? {}).includes('"conclusion"')) return;
    own.beforeAnswer = undefined;
    await first.kill();
  };
  await shop.furnish({ scenarios: ["smoke"] });
  const url = `${own.origin}/acme/shop`;
  await connectTo(shop, url);
  const labels = { "git-provider": "github" };
  await shop.build("frontend", "frontend-1", event(shop, url, { labels, annotations: installation() }));
  await waitFor(
    "the operator is killed",
    () => Promise.resolve(first.isRunning()),
    (runs) => !runs,
  );
  await startWith(started);
  await reported(shop, "frontend-1");
  expect(own.state.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["success"]);
});

describe("off", () => {
  test("no Secret and no Repository is read, and nothing is written", async (context) => {
    const { shop, start } = await openApart(context);
    await start();
    await shop.furnish();
    await connectTo(shop, gitHubUrl(), hub.state.personalToken);
    await shop.build("frontend", "frontend-1", gitHubApp(shop));
    await shop.quiet();
    const said = await annotationsOf(shop, "frontend-1");
    expect([said[reporterStatus], said[reportingFailure]]).toEqual([undefined, undefined]);
    const asked = (await readFile(inject("auditLog"), "utf8"))
      .split("\n")
      .filter((line) => line.includes(shop.namespace) && line.includes(`"userAgent":"integration-service`))
      .filter((line) => /"resource":"(secrets|repositories)"/.test(line))
      // The pull Secret of the tests' service account is made whether or not git is told anything.
      .filter((line) => !line.includes('"name":"components-namespace-pull"'));
    expect(asked).toEqual([]);
    expect((await writesIn(shop)).length).toBeLessThanOrEqual(14);
  });
});
