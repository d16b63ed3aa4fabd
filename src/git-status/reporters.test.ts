import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startForgejo } from "../../test/git-providers/forgejo.ts";
import { startGitHub, type GitHub } from "../../test/git-providers/github.ts";
import { startGitLab } from "../../test/git-providers/gitlab.ts";
import type { ProviderServer } from "../../test/git-providers/server.ts";
import type { GitProvider, GitTarget } from "../domain/git-target.ts";
import { systemClock } from "../runtime/clock.ts";
import { ProviderError } from "./provider-error.ts";
import { createProviderHttp, type ProviderHttp } from "./provider-http.ts";
import type { Access, FullReport, StatusReporter } from "./reporter.ts";
import { createStatusReporters, type StatusReporters } from "./reporters.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";
/** When every answer comes, as far as the waits that it asks for are concerned. */
const answeredAt = Date.parse("2026-11-01T12:00:00Z");
const never = new AbortController().signal;
let http: ProviderHttp;
let reporters: StatusReporters;
const servers: ProviderServer[] = [];

beforeEach(() => {
  http = createProviderHttp({ timing: systemClock, now: () => answeredAt, userAgent: "test", callLimitMs: 2_000 });
  reporters = createStatusReporters(http, () => Date.now());
});
afterEach(async () => {
  await http.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start<T extends ProviderServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  servers.push(server);
  return server;
}

const target = (provider: GitProvider, origin: string, more: Partial<GitTarget> = {}): GitTarget => ({
  provider,
  url: `${origin}/acme/shop`,
  origin,
  path: "acme/shop",
  sha,
  pullRequest: 7,
  fromFork: false,
  ...more,
});

const report = (more: Partial<FullReport> = {}): FullReport => ({
  key: "smoke-shop-1",
  updatedAt: "2026-11-01T12:00:00.000Z",
  scenario: "smoke",
  status: "InProgress",
  optional: false,
  final: false,
  name: "Integration Service / smoke / frontend",
  externalId: "smoke-frontend",
  summary: "Integration test for snapshot shop-1 and scenario smoke is in progress",
  details: "running",
  text: "running",
  startedAt: "2026-11-01T12:00:00.000Z",
  url: "https://console.example/run-1",
  ...more,
});
const passed = report({
  status: "TestPassed",
  final: true,
  completedAt: "2026-11-01T12:01:00.000Z",
  summary: "Integration test for snapshot shop-1 and scenario smoke has passed",
});

const common = { commentMark: "integration-service ns/shop-1", muted: false };
const tell = (reporter: StatusReporter, ...reports: readonly FullReport[]): Promise<void> =>
  reports.reduce((before, each) => before.then(() => reporter.report(each, never)), Promise.resolve());

async function failureOf(doing: Promise<unknown>): Promise<ProviderError> {
  try {
    await doing;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("at GitHub, as an App", () => {
  const asApp = ({ origin, state }: GitHub): Access => ({
    kind: "app",
    apiUrl: `${origin}/api/v3`,
    app: { id: state.appId, privateKey: state.privateKey },
    installation: state.installation,
  });
  const open = (hub: GitHub, more: Partial<GitTarget> = {}, access = asApp(hub)): StatusReporter =>
    reporters.open({ ...common, target: target("github", hub.origin, more), access });

  test("a scenario is one check run from its beginning to its end", async () => {
    const hub = await start(startGitHub());
    await tell(open(hub), report({ status: "Pending", startedAt: undefined! }), report(), passed);
    expect(hub.state.checkRuns).toEqual([
      {
        id: 1000,
        head_sha: sha,
        name: "Integration Service / smoke / frontend",
        external_id: "smoke-frontend",
        status: "completed",
        conclusion: "success",
        started_at: "2026-11-01T12:00:00.000Z",
        completed_at: "2026-11-01T12:01:00.000Z",
        details_url: "https://console.example/run-1",
        output: { title: "Succeeded", summary: passed.summary, text: "running" },
      },
    ]);
  });

  test("what was told before a crash is not told twice, and a re-run is a new check run", async () => {
    const hub = await start(startGitHub());
    const again = { ...passed, status: "TestFail", completedAt: "2026-11-01T13:01:00.000Z" } as const;
    await tell(open(hub), passed, passed);
    await tell(open(hub), report({ startedAt: "2026-11-01T13:00:00.000Z" }), again);
    expect(hub.state.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
  });

  test("one token serves many reports, may only write checks, and only in this repository", async () => {
    const hub = await start(startGitHub());
    await tell(open(hub), report(), passed);
    const asked = hub.requests.filter(({ path }) => path.endsWith("/access_tokens"));
    expect(asked.map(({ body }) => body)).toEqual([{ repositories: ["shop"], permissions: { checks: "write" } }]);
  });

  test("a token that was revoked is replaced at the next attempt", async () => {
    const hub = await start(startGitHub());
    const reporter = open(hub);
    await tell(reporter, report());
    hub.state.issued.clear();
    expect(await failureOf(tell(reporter, passed))).toMatchObject({ kind: "rejected", status: 401 });
    await tell(reporter, passed);
    expect(hub.state.checkRuns).toMatchObject([{ conclusion: "success" }]);
  });

  test("an App that was suspended, or a key that is none, is refused for good", async () => {
    const hub = await start(startGitHub());
    hub.state.suspended = true;
    expect(await failureOf(tell(open(hub), report()))).toMatchObject({ kind: "rejected", status: 403 });
    const noKey = { ...asApp(hub), app: { id: "1", privateKey: "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n" } };
    const failure = await failureOf(tell(open(hub, {}, noKey as Access), report()));
    expect(failure.message).toBe("the private key of GitHub App 1 is not an RSA key in PEM");
  });

  test("texts longer than GitHub takes are cut", async () => {
    const hub = await start(startGitHub());
    await tell(open(hub), { ...passed, text: "x".repeat(70_000) });
    expect(hub.state.checkRuns[0]!.output!.text).toHaveLength(65_535);
  });

  test("the App is available while GitHub knows its key", async () => {
    const hub = await start(startGitHub());
    const other = await start(startGitHub());
    const url = `${hub.origin}/api/v3`;
    const ask = (privateKey: string) => reporters.isAppAvailable(url, { id: hub.state.appId, privateKey }, never);
    expect([await ask(hub.state.privateKey), await ask(other.state.privateKey)]).toEqual([true, false]);
  });
});

describe("with a token", () => {
  const asUser = (apiUrl: string, token: string) =>
    ({ kind: "token", apiUrl, token, account: "ns/secret/key" }) as const;

  test("GitHub gets commit statuses, and one comment for each scenario that is edited", async () => {
    const hub = await start(startGitHub());
    const access = asUser(`${hub.origin}/api/v3`, hub.state.personalToken);
    const reporter = reporters.open({ ...common, target: target("github", hub.origin), access });
    await tell(reporter, report(), passed, { ...passed, scenario: "other", final: true });
    await tell(reporter, { ...passed, status: "TestFail", summary: "it has failed" });
    expect(hub.state.statuses.map(({ state }) => state)).toEqual(["pending", "success", "success", "failure"]);
    expect(hub.state.comments.map(({ issue, body }) => `${String(issue)} ${body.split("\n")[1] ?? ""}`)).toEqual([
      "7 ### it has failed",
      `7 ### :heavy_check_mark: ${passed.summary}`,
    ]);
  });

  test("GitHub is not told a status on a fork's commit, and no comment is made where they are muted or it is a push", async () => {
    const hub = await start(startGitHub());
    const access = asUser(`${hub.origin}/api/v3`, hub.state.personalToken);
    const { pullRequest: _, ...push } = target("github", hub.origin);
    await tell(reporters.open({ ...common, target: target("github", hub.origin, { fromFork: true }), access }), passed);
    await tell(reporters.open({ ...common, target: target("github", hub.origin), access, muted: true }), passed);
    await tell(reporters.open({ ...common, target: push, access }), passed);
    expect([hub.state.statuses.length, hub.state.comments.length]).toEqual([2, 1]);
  });

  test("a summary longer than GitHub takes is cut", async () => {
    const hub = await start(startGitHub());
    const access = asUser(`${hub.origin}/api/v3`, hub.state.personalToken);
    const reporter = reporters.open({ ...common, target: target("github", hub.origin), access });
    await tell(reporter, { ...passed, summary: "x".repeat(200) });
    expect(hub.state.statuses[0]!.description).toHaveLength(140);
  });

  test("GitLab gets statuses and one note, in the project that the merge request goes to", async () => {
    const lab = await start(startGitLab());
    const to = target("gitlab", lab.origin, { projects: { source: 41, target: 42 } });
    const access = asUser(`${lab.origin}/api/v4`, lab.state.token);
    const reporter = reporters.open({ ...common, target: to, access });
    await tell(reporter, report(), report(), passed, passed);
    expect(lab.state.statuses).toMatchObject([
      { project: 42, sha, state: "running", name: "Integration Service / smoke / frontend" },
      { project: 42, sha, state: "success", target_url: "https://console.example/run-1" },
    ]);
    expect(lab.state.notes).toMatchObject([{ project: 42, mergeRequest: 7 }]);
  });

  test("GitLab's fork gets the status where the target does not know the commit", async () => {
    const lab = await start(startGitLab());
    lab.state.projects.set(42, "another").set(41, sha);
    const to = target("gitlab", lab.origin, { projects: { source: 41, target: 42 } });
    const access = asUser(`${lab.origin}/api/v4`, lab.state.token);
    await tell(reporters.open({ ...common, target: to, access }), report());
    expect(lab.state.statuses).toMatchObject([{ project: 41, state: "running" }]);
  });

  test("GitLab's refusal of a change that cannot be is a failure", async () => {
    const lab = await start(startGitLab());
    lab.fault = () => ({ status: 400, body: { message: "Cannot transition status via :run from :success" } });
    const to = target("gitlab", lab.origin, { projects: { source: 42, target: 42 } });
    const access = asUser(`${lab.origin}/api/v4`, lab.state.token);
    const failure = await failureOf(tell(reporters.open({ ...common, target: to, access }), report()));
    expect(failure.kind).toBe("rejected");
  });

  test("Forgejo gets statuses, and one comment that is edited", async () => {
    const forge = await start(startForgejo());
    const access = asUser(`${forge.origin}/api/v1`, forge.state.token);
    const reporter = reporters.open({ ...common, target: target("forgejo", forge.origin), access });
    await tell(reporter, report(), passed, { ...passed, status: "TestWarning", summary: "it has warnings" });
    expect(forge.state.statuses.map(({ state }) => state)).toEqual(["pending", "success", "warning"]);
    expect(forge.state.comments.map(({ body }) => body.split("\n")[1])).toEqual(["### it has warnings"]);
  });

  test("a conversation of many pages is searched for what was said before", async () => {
    const hub = await start(startGitHub());
    const access = asUser(`${hub.origin}/api/v3`, hub.state.personalToken);
    const reporter = reporters.open({ ...common, target: target("github", hub.origin), access });
    hub.state.comments = Array.from({ length: 250 }, (_, id) => ({ id, issue: 7, body: "talk" }));
    await tell(reporter, passed, { ...passed, summary: "said again" });
    expect(hub.state.comments).toHaveLength(251);
  });
});

describe("when the provider does not go on", () => {
  const open = async () => {
    const hub = await start(startGitHub());
    const token = hub.state.personalToken;
    const access = { kind: "token", apiUrl: `${hub.origin}/api/v3`, token, account: "ns/secret/key" } as const;
    return { hub, token, reporter: reporters.open({ ...common, target: target("github", hub.origin), access }) };
  };
  const reset = (seconds: number): string => String(answeredAt / 1000 + seconds);

  test.each([
    ["429 and Retry-After", { status: 429, headers: { "retry-after": "30" } }, 30],
    ["403 and Retry-After", { status: 403, headers: { "retry-after": "45" } }, 45],
    [
      "403, nothing remaining, and the time of the reset",
      { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset(90) } },
      90,
    ],
    [
      "403 and words about the secondary limit",
      { status: 403, body: { message: "You have exceeded a secondary rate limit." } },
      60,
    ],
    ["429 and nothing else", { status: 429 }, 60],
  ])("%s means to wait so long, and no call is made before", async (_, answer, seconds) => {
    const { hub, reporter } = await open();
    hub.fault = () => answer;
    const failure = await failureOf(tell(reporter, report()));
    expect(failure).toMatchObject({ kind: "throttled", retryAfterMs: seconds * 1000 });
    hub.fault = undefined;
    expect((await failureOf(tell(reporter, report()))).kind).toBe("throttled");
    expect(hub.requests).toHaveLength(1);
  });

  test.each([
    [500, "unavailable"],
    [502, "unavailable"],
    [503, "unavailable"],
    [408, "unavailable"],
    [401, "rejected"],
    [403, "rejected"],
    [404, "rejected"],
    [422, "rejected"],
  ])("%i is %s", async (status, kind) => {
    const { hub, reporter } = await open();
    hub.fault = () => ({ status, body: { message: "said" } });
    const failure = await failureOf(tell(reporter, report()));
    expect([failure.kind, failure.message]).toEqual([
      kind,
      `create commit status at ${new URL(hub.origin).host}: HTTP ${String(status)}, said`,
    ]);
  });

  test("no answer in time, and no connection, are unavailable", async () => {
    const { hub, reporter } = await open();
    hub.fault = () => "hang";
    expect(await failureOf(tell(reporter, report()))).toMatchObject({ kind: "unavailable", status: 0 });
    hub.fault = undefined;
    await hub.close();
    expect(await failureOf(tell(reporter, report()))).toMatchObject({ kind: "unavailable", status: 0 });
  });

  test("a provider that repeats the token does not make us repeat it", async () => {
    const { hub, token, reporter } = await open();
    hub.fault = ({ headers }) => ({
      status: 401,
      body: { message: `Bad credentials: ${headers["authorization"] ?? ""}` },
    });
    const failure = await failureOf(tell(reporter, report()));
    expect(failure.message).toContain("Bad credentials: Bearer [redacted]");
    expect(JSON.stringify([failure, failure.message, failure.stack])).not.toContain(token);
    expect(failure.cause).toBeUndefined();
  });

  test("an abort is no failure of the provider", async () => {
    const { hub, reporter } = await open();
    hub.fault = () => "hang";
    const stop = new AbortController();
    const telling = reporter.report(report(), stop.signal);
    stop.abort(new Error("the operator stops"));
    await expect(telling).rejects.toThrow("the operator stops");
  });
});
