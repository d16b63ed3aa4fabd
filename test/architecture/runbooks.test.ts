import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { annotations, finalizers, labels } from "../../src/api/labels.ts";
import { leaseName } from "../../src/rights.ts";
import { parseSettings } from "../../src/settings.ts";
import { unknownLabels, unknownMetrics } from "./known-metrics.ts";

// Who is woken at night types what the runbooks say, and looks for the texts that they quote: all of it must be there.
const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const runbooks = readdirSync(join(root, "docs/runbooks")).map((file) => `docs/runbooks/${file}`);
const pages = [...runbooks, "docs/troubleshooting.md"].map((name) => ({ name, text: read(name) }));

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing"))
  .map((file) => read(`src/${file}`))
  .join("\n");
const chart = ["values.yaml", "templates/deployment.yaml", "templates/_helpers.tpl", "templates/lease.yaml"]
  .map((file) => read(`config/helm/integration-service/${file}`))
  .join("\n");

/** The blocks of a language, however deep they stand. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1]!);
}

/** With keys as they are, and not as a JSONPath has them. */
const withKeys = (text: string): string =>
  text.replaceAll(
    /\.metadata\.(?:labels|annotations)\.([\w\\.-]+)/g,
    (_, key: string) => ` ${key.replaceAll("\\.", ".")}`,
  );

/** What stands between backticks in a page's prose and tables. */
function inline(text: string): readonly string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replaceAll(/\s+/g, " "));
}

/** The parts of a quoted text that are always the same; what is in angle brackets differs. */
const fixedParts = (quoted: string): readonly string[] =>
  quoted
    .split(/<[^>]+>/)
    .map((part) => part.trim())
    .filter((part) => part.length > 3);

/** Words of Kubernetes, Tekton, Prometheus and Helm that the operator itself does not say. */
const othersWords: ReadonlySet<string> = new Set([
  "FlowSchema",
  "OOMKilled",
  "ResourceQuota",
  "Unhealthy",
  "invalid ownership metadata",
  "conflict occurred",
]);

const known = new Set<string>([
  ...Object.values(labels),
  ...Object.values(annotations),
  ...Object.values(finalizers),
  "app.kubernetes.io/name",
]);
const apis = /^(appstudio\.redhat\.com|tekton\.dev|flowcontrol\.apiserver\.k8s\.io)\/v1/;

describe.each(pages)("$name", ({ text }) => {
  test("names no label or annotation that there is not", () => {
    const keys = [...withKeys(text).matchAll(/(?:[a-z0-9-]+\.)+(?:io|dev|com)\/[\w-]+/g)].map(([key]) =>
      // kubectl takes a key away with a hyphen after it.
      key.replace(/-$/, ""),
    );
    expect(keys.filter((key) => !known.has(key) && !apis.test(key))).toEqual([]);
  });

  test("asks Prometheus for metrics and labels that there are", () => {
    expect([text, ...blocks(text, "promql")].flatMap(unknownMetrics)).toEqual([]);
    expect(
      blocks(text, "promql")
        .flatMap((block) => block.trim().split("\n"))
        .flatMap(unknownLabels),
    ).toEqual([]);
  });

  test("searches the log for texts that are logged", () => {
    const commands = blocks(text, "sh").flatMap((block) => block.replaceAll("\\\n", " ").split("\n"));
    const searched = commands
      .filter((command) => command.includes(" logs "))
      .flatMap((command) => [...command.matchAll(/grep '([^']+)'/g)].map((match) => match[1]!.replaceAll('"', "")));
    expect(searched.filter((searchedFor) => !sources.includes(searchedFor))).toEqual([]);
  });

  test("names the chart's objects and the Lease as they are called", () => {
    const deployments = [...text.matchAll(/deployment[ /]([a-z][\w-]*)/g)].map((match) => match[1]!);
    expect(deployments.filter((name) => !/^integration-service-controller-manager$/.test(name))).toEqual([]);
    const leases = [...text.matchAll(/lease ([\w.]+\.com)/g)].map((match) => match[1]!);
    expect(leases.filter((name) => name !== leaseName)).toEqual([]);
    const ports = [...text.matchAll(/pods\/<pod>:(\d+)\/proxy/g)].map((match) => `probes: ${match[1]!}`);
    expect(ports.filter((port) => !chart.includes(port))).toEqual([]);
  });

  test("names flags that the operator has", () => {
    const help = parseSettings(["--help"], {});
    const flags = help.kind === "help" ? help.text : "";
    const named = inline(text).flatMap((quoted) => /^--[a-z-]+$/.exec(quoted) ?? []);
    expect(named.filter((flag) => !flags.includes(`${flag} `))).toEqual([]);
  });

  test("names values that the chart has", () => {
    const named = inline(text).flatMap((quoted) => /^[a-z][A-Za-z]+\.[A-Za-z.]+(?==|$)/.exec(quoted) ?? []);
    const paths = named.filter((path) => !/\.(com|yaml|md)$/.test(path));
    expect(paths.filter((path) => !hasValue(path))).toEqual([]);
  });

  test("quotes reasons and texts that the operator says", () => {
    const quoted = inline(text).filter((each) => /^[A-Z][a-z]+[A-Z]\w+$/.test(each) || /^\S+ \S+ /.test(each));
    const said = quoted.filter((each) => !othersWords.has(each) && !/^(kubectl|helm|make|tkn|node) /.test(each));
    const missing = said
      .flatMap(fixedParts)
      .filter((part) => !sources.includes(part) && !runbooks.some((page) => page.includes(part)));
    expect(missing).toEqual([]);
  });
});

/** Whether the values have a path, by indentation. */
function hasValue(path: string): boolean {
  let rest = read("config/helm/integration-service/values.yaml");
  return path.split(".").every((key, depth) => {
    const at = new RegExp(`^${"  ".repeat(depth)}${key}:`, "m").exec(rest);
    if (at !== null) rest = rest.slice(at.index);
    return at !== null;
  });
}
