import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { cacheMaterial } from "./cached-material.ts";
import { connectionOf, loadConnection } from "./config.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kube-config-"));
});
afterEach(() => rm(folder, { recursive: true }));

const clusterName = "c";

function configOf(cluster: object, user: object): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: clusterName, server: "https://api.example:6443", skipTLSVerify: false, ...cluster },
    { name: "u", ...user },
  );
  return config;
}

test("a service account's token and CA are re-read after a minute, without asking for them on each call", async () => {
  const [tokenFile, caFile] = [join(folder, "token"), join(folder, "ca.crt")];
  await writeFile(tokenFile, "first\n");
  await writeFile(caFile, "CA 1");
  const clock = createFakeClock();
  const user = { authProvider: { name: "tokenFile", config: { tokenFile } } };
  const { credentials } = connectionOf(configOf({ caFile }, user), clock);
  const first = await credentials.current();
  expect(first).toEqual({ tls: { ca: "CA 1" }, headers: { authorization: "Bearer first" } });
  await writeFile(tokenFile, "second\n");
  await writeFile(caFile, "CA 2");
  expect(await credentials.current()).toBe(first);
  await clock.advance(60_000);
  expect(await credentials.current()).toEqual({ tls: { ca: "CA 2" }, headers: { authorization: "Bearer second" } });
});

test("finds the service account of the pod that it runs in", async () => {
  const account = join(folder, "var/run/secrets/kubernetes.io/serviceaccount");
  await mkdir(account, { recursive: true });
  await Promise.all([
    writeFile(join(account, "token"), "t"),
    writeFile(join(account, "ca.crt"), "CA"),
    writeFile(join(account, "namespace"), "team"),
  ]);
  vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.0.0.1").stubEnv("KUBERNETES_SERVICE_PORT", "443");
  const config = new KubeConfig();
  config.loadFromCluster(folder);
  vi.unstubAllEnvs();
  const connection = connectionOf(config, createFakeClock());
  expect(connection).toMatchObject({ server: "https://10.0.0.1", namespace: "team" });
  expect(await connection.credentials.current()).toEqual({ tls: { ca: "CA" }, headers: { authorization: "Bearer t" } });
});

test("a token that cannot be read for a moment does not cut us off", async () => {
  const clock = createFakeClock();
  const answers = [() => "first", () => Promise.reject(new Error("ENOENT")), () => "second"];
  const material = cacheMaterial({ timing: clock, maxAgeMs: 60_000, read: async () => answers.shift()!() });
  expect(await material.current()).toBe("first");
  await clock.advance(60_000);
  expect(await material.current()).toBe("first");
  await clock.advance(6_000);
  expect(await material.current()).toBe("second");
});

test("many calls at once read once; an invalidated value is read anew", async () => {
  let reads = 0;
  const material = cacheMaterial({
    timing: createFakeClock(),
    maxAgeMs: 60_000,
    read: () => Promise.resolve((reads += 1)),
  });
  expect(await Promise.all([material.current(), material.current(), material.current()])).toEqual([1, 1, 1]);
  material.invalidate();
  expect(await material.current()).toBe(2);
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each<[string, object, object, object]>([
  ["a token", {}, { token: "t" }, { tls: {}, headers: { authorization: "Bearer t" } }],
  [
    "a password",
    {},
    { username: "u", password: "p" },
    { tls: {}, headers: { authorization: `Basic ${base64("u:p")}` } },
  ],
  [
    "a client certificate",
    { caData: base64("CA") },
    { certData: base64("CERT"), keyData: base64("KEY") },
    { tls: { ca: "CA", cert: "CERT", key: "KEY" }, headers: {} },
  ],
  [
    "impersonation",
    {},
    { token: "t", impersonateUser: "alice" },
    { tls: {}, headers: { authorization: "Bearer t", "impersonate-user": "alice" } },
  ],
  [
    "another name in the certificate",
    { tlsServerName: "kubernetes" },
    {},
    { tls: { servername: "kubernetes" }, headers: {} },
  ],
  ["no verification", { skipTLSVerify: true }, {}, { tls: { rejectUnauthorized: false }, headers: {} }],
])("understands %s", async (_what, cluster, user, expected) => {
  expect(await connectionOf(configOf(cluster, user), createFakeClock()).credentials.current()).toEqual(expected);
});

test("asks an exec plugin for a token", async () => {
  const credential = {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: "from-plugin" },
  };
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: process.execPath,
    args: ["-e", `console.log(${JSON.stringify(JSON.stringify(credential))})`],
  };
  const { credentials } = connectionOf(configOf({}, { exec }), createFakeClock());
  expect((await credentials.current()).headers).toEqual({ authorization: "Bearer from-plugin" });
});

test("reads a kubeconfig file, with a server below a path", async () => {
  const file = join(folder, "kubeconfig");
  const config = {
    "current-context": "x",
    contexts: [{ name: "x", context: { cluster: clusterName, user: "u", namespace: "team" } }],
    clusters: [{ name: clusterName, cluster: { server: "https://proxy.example/k8s/clusters/c-1/" } }],
    users: [{ name: "u", user: { token: "t" } }],
  };
  await writeFile(file, JSON.stringify(config));
  expect(loadConnection({ timing: createFakeClock(), kubeconfigFile: file })).toMatchObject({
    server: "https://proxy.example",
    pathPrefix: "/k8s/clusters/c-1",
    namespace: "team",
  });
});

test("says what it cannot do", () => {
  expect(() => connectionOf(configOf({ proxyUrl: "http://proxy" }, {}), createFakeClock())).toThrow(
    "proxy-url is not supported",
  );
  expect(() => connectionOf(new KubeConfig(), createFakeClock())).toThrow("no cluster in kubeconfig context (none)");
});
