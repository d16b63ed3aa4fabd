import { expect, test } from "vitest";
import { parseSettings, type Settings } from "./settings.ts";

const defaults = {
  "metrics-bind-address": ":8080",
  "metrics-secure": false,
  "metrics-cert-path": "",
  "health-probe-bind-address": ":8081",
  "leader-elect": false,
  "leader-election-namespace": "",
  "lease-duration": 15_000,
  "leader-renew-deadline": 10_000,
  "leader-elector-retry-period": 2_000,
  "watch-namespaces": "",
  kubeconfig: "",
  context: "",
  "require-chains-signature": false,
  "runner-service-account": "konflux-integration-runner",
  "git-status": false,
  "github-api-url": "https://api.github.com",
  "provision-runner": true,
  "snapshot-gc": true,
  "pr-snapshots-to-keep": 512,
  "non-pr-snapshots-to-keep": 512,
  "min-snapshots-to-keep-per-component": 5,
  concurrency: 8,
  "max-running-tests": 0,
  "max-running-tests-per-namespace": 0,
  "log-level": "info",
  environment: {},
} as const satisfies Settings;

type Name = keyof Settings;

test("without flags and environment, everything has a default", () => {
  expect(parseSettings([], {})).toEqual({ kind: "settings", settings: defaults });
});

test.each<[string, Name, unknown]>([
  ["--metrics-bind-address=127.0.0.1:9090", "metrics-bind-address", "127.0.0.1:9090"],
  ["--metrics-bind-address=0", "metrics-bind-address", "0"],
  ["--metrics-bind-address=[::1]:9090", "metrics-bind-address", "[::1]:9090"],
  ["--metrics-secure", "metrics-secure", true],
  ["--metrics-secure=false", "metrics-secure", false],
  ["--health-probe-bind-address=:9091", "health-probe-bind-address", ":9091"],
  ["--leader-elect", "leader-elect", true],
  ["--git-status", "git-status", true],
  ["--github-api-url=https://github.example/api/v3", "github-api-url", "https://github.example/api/v3"],
  ["--no-leader-elect", "leader-elect", false],
  ["--leader-elect=true", "leader-elect", true],
  ["--leader-elect=false", "leader-elect", false],
  ["--leader-election-namespace=team", "leader-election-namespace", "team"],
  ["--lease-duration=30s", "lease-duration", 30_000],
  ["--leader-renew-deadline=14s", "leader-renew-deadline", 14_000],
  ["--leader-elector-retry-period=5s", "leader-elector-retry-period", 5_000],
  ["--watch-namespaces=a,b", "watch-namespaces", "a,b"],
  ["--kubeconfig=/tmp/config", "kubeconfig", "/tmp/config"],
  ["--context=kind", "context", "kind"],
  ["--require-chains-signature", "require-chains-signature", true],
  ["--runner-service-account=runner", "runner-service-account", "runner"],
  ["--no-provision-runner", "provision-runner", false],
  ["--provision-runner=false", "provision-runner", false],
  ["--snapshot-gc=false", "snapshot-gc", false],
  ["--pr-snapshots-to-keep=70", "pr-snapshots-to-keep", 70],
  ["--non-pr-snapshots-to-keep=640", "non-pr-snapshots-to-keep", 640],
  ["--min-snapshots-to-keep-per-component=0", "min-snapshots-to-keep-per-component", 0],
  ["--concurrency=1", "concurrency", 1],
  ["--concurrency=64", "concurrency", 64],
  ["--log-level=debug", "log-level", "debug"],
])("%s sets one thing and leaves the rest at its default", (flag, name, value) => {
  expect(parseSettings([flag], {})).toEqual({ kind: "settings", settings: { ...defaults, [name]: value } });
});

test("a directory with a certificate is for metrics over https", () => {
  expect(parseSettings(["--metrics-secure", "--metrics-cert-path=/certs"], {})).toMatchObject({
    settings: { "metrics-secure": true, "metrics-cert-path": "/certs" },
  });
});

test("every setting has a flag among those tested, and a value may be a word of its own", () => {
  const parsed = parseSettings(["--concurrency", "3", "--watch-namespaces", "a"], {});
  expect(parsed).toMatchObject({ kind: "settings", settings: { concurrency: 3, "watch-namespaces": "a" } });
});

test("a flag given twice counts as it was given last", () => {
  expect(parseSettings(["--concurrency=3", "--concurrency=4"], {})).toMatchObject({ settings: { concurrency: 4 } });
});

test.each([
  ["is unknown", ["--enable-magic"], "--enable-magic"],
  ["is misspelt", ["--leader-elected"], "--leader-elected"],
  ["is called like what every object has", ["--__proto__=1"], "--__proto__"],
  ["is no flag at all", ["start"], "start"],
  ["has no value", ["--concurrency"], "--concurrency"],
])("an argument that %s is refused, and named", (_what, args, named) => {
  const problem = expect.stringContaining(named);
  expect(parseSettings(args, {})).toEqual({ kind: "invalid", problems: [problem] });
});

test.each([
  ["--metrics-bind-address=8080", "--metrics-bind-address is not an address"],
  ["--metrics-bind-address=", "--metrics-bind-address is not an address"],
  ["--health-probe-bind-address=localhost", "--health-probe-bind-address is not an address"],
  ["--health-probe-bind-address=:http", "--health-probe-bind-address is not an address"],
  ["--metrics-bind-address=:99999", "--metrics-bind-address has no port"],
  ["--metrics-cert-path=/certs", "--metrics-cert-path needs --metrics-secure"],
  ["--lease-duration=5s", "--leader-elector-retry-period must be shorter than"],
  ["--lease-duration=30", "--lease-duration is not a number of seconds"],
  ["--lease-duration=1m", "--lease-duration is not a number of seconds"],
  ["--lease-duration=-1s", "--lease-duration is not a number of seconds"],
  ["--leader-renew-deadline=soon", "--leader-renew-deadline is not a number of seconds"],
  ["--leader-elector-retry-period=", "--leader-elector-retry-period is not a number of seconds"],
  ["--pr-snapshots-to-keep=", "--pr-snapshots-to-keep is not a number"],
  ["--non-pr-snapshots-to-keep=all", "--non-pr-snapshots-to-keep is not a number"],
  ["--min-snapshots-to-keep-per-component=-1", "--min-snapshots-to-keep-per-component is not a number"],
  ["--concurrency=0", "--concurrency "],
  ["--concurrency=65", "--concurrency "],
  ["--concurrency=1.5", "--concurrency "],
  ["--concurrency=many", "--concurrency "],
  ["--concurrency=", "--concurrency "],
  ["--log-level=verbose", "--log-level "],
  ["--log-level=INFO", "--log-level "],
])("%s is refused, and it is said why", (flag, problem) => {
  expect(parseSettings([flag], {})).toEqual({ kind: "invalid", problems: [expect.stringContaining(problem)] });
});

test("everything that is wrong with values and environment is said at once", () => {
  const args = ["--concurrency=0", "--log-level=loud", "--lease-duration=long", "--metrics-bind-address=here"];
  const parsed = parseSettings(args, { PIPELINE_TIMEOUT: "never", TASKS_TIMEOUT: "1 hour" });
  const named =
    parsed.kind === "invalid"
      ? parsed.problems.map((problem) => problem.split(" is ")[0]?.split(" ").slice(0, 3).join(" "))
      : [];
  expect(named).toHaveLength(6);
  for (const flag of args) expect(named.join("\n")).toContain(flag.split("=")[0]);
  expect(named).toEqual(
    expect.arrayContaining(["environment variable PIPELINE_TIMEOUT", "environment variable TASKS_TIMEOUT"]),
  );
});

test("the environment says what upstream's deployments say, and nothing else is taken from it", () => {
  const environment = {
    PIPELINE_TIMEOUT: "6h",
    TASKS_TIMEOUT: "1h30m",
    FINALLY_TIMEOUT: "300ms",
    POD_NAMESPACE: "integration-service",
    PR_SNAPSHOTS_TO_KEEP: "70",
    NON_PR_SNAPSHOTS_TO_KEEP: "640",
    MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT: "0",
  };
  const parsed = parseSettings([], { ...environment, PATH: "/bin", CONCURRENCY: "1", HOME: undefined });
  const read = {
    ...environment,
    PR_SNAPSHOTS_TO_KEEP: 70,
    NON_PR_SNAPSHOTS_TO_KEEP: 640,
    MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT: 0,
  };
  expect(parsed).toEqual({ kind: "settings", settings: { ...defaults, environment: read } });
});

test("git status and tracing are set up by upstream's variables, and an empty label leaves its attribute out", () => {
  const environment = {
    INTEGRATION_NS: "konflux",
    PAC_SECRET: "app",
    GITHUBAPPLICATION_ID: "id",
    GITHUBPRIVATE_KEY: "key",
    CONSOLE_NAME: "Konflux",
    CONSOLE_URL: "https://console.example/{{NAMESPACE}}/{{PIPELINE_RUN_NAME}}",
    CONSOLE_URL_TASKLOG: "https://console.example/{{TASK_NAME}}",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4317",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_TRACES_SAMPLER: "always_on",
    OTEL_TRACES_SAMPLER_ARG: "0.5",
    TRACING_LABEL_ACTION: "",
    TRACING_LABEL_APPLICATION: "app",
    TRACING_LABEL_COMPONENT: "component",
  };
  expect(parseSettings([], environment)).toEqual({ kind: "settings", settings: { ...defaults, environment } });
});

test("a protocol of OTLP that is not spoken here is refused where spans are to be sent, and nowhere else", () => {
  const protocol = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
  const problem = "environment variable OTEL_EXPORTER_OTLP_PROTOCOL is neither grpc nor http/protobuf";
  expect(parseSettings([], protocol).kind).toBe("settings");
  const on = { ...protocol, OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
  expect(parseSettings([], on)).toEqual({ kind: "invalid", problems: [problem] });
});

test.each(["http://github.example", "github.example", "http://localhost.example/api"])(
  "the App's proof of identity is not sent to %s",
  (url) => {
    const problem = "--github-api-url is not an address like https://api.github.com";
    expect(parseSettings([`--github-api-url=${url}`], {})).toEqual({ kind: "invalid", problems: [problem] });
  },
);

test.each(["PIPELINE_TIMEOUT", "TASKS_TIMEOUT", "FINALLY_TIMEOUT"])("%s must be a duration", (name) => {
  const problem = `environment variable ${name} is not a duration like 1h30m`;
  expect(parseSettings([], { [name]: "tomorrow" })).toEqual({ kind: "invalid", problems: [problem] });
});

test.each(["PR_SNAPSHOTS_TO_KEEP", "NON_PR_SNAPSHOTS_TO_KEEP", "MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT"])(
  "%s must be a number",
  (name) => {
    const problem = `environment variable ${name} is not a number like 512`;
    expect(parseSettings([], { [name]: "-1" })).toEqual({ kind: "invalid", problems: [problem] });
  },
);

test("--help names every flag, says what it is for, and wins over values that are wrong", () => {
  const parsed = parseSettings(["--help", "--concurrency=0"], {});
  const text = parsed.kind === "help" ? parsed.text : "";
  const names = Object.keys(defaults).filter((name) => name !== "environment");
  for (const name of names) expect(text).toMatch(new RegExp(String.raw`^  --${name} +\S.* \(default: .+\)$`, "m"));
  expect(text.match(/^ {2}--/gm)).toHaveLength(names.length + 2);
});

test("--version is asked for before anything else is looked at but --help", () => {
  expect(parseSettings(["--version", "--concurrency=0"], {})).toEqual({ kind: "version" });
  expect(parseSettings(["--version", "--help"], {}).kind).toBe("help");
});
