import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { parse } from "yaml";
import { removeDirectory, temporaryDirectory } from "../../controlplane/temporary.ts";

/** How an administrator reaches an API server of this machine. */
export interface ApiServerAccess {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; "certificate-authority-data": string } }];
  readonly users: readonly [{ readonly user: { "client-certificate-data": string; "client-key-data": string } }];
}

/** Reads a kubeconfig as the tests' own API servers write it. */
export async function readAccess(kubeconfig: string): Promise<ApiServerAccess> {
  const { clusters, users } = parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
  const { cluster } = clusters[0];
  const { user } = users[0];
  const decode = (data: string): string => Buffer.from(data, "base64").toString("utf8");
  return {
    port: Number(new URL(cluster.server).port),
    ca: decode(cluster["certificate-authority-data"]),
    cert: decode(user["client-certificate-data"]),
    key: decode(user["client-key-data"]),
  };
}

/** A kubeconfig with the same rights that leads to another port of this machine; it is gone when the test is over. */
export async function kubeconfigFor(context: TestContext, access: ApiServerAccess): Promise<string> {
  const directory = await temporaryDirectory();
  context.onTestFinished(() => removeDirectory(directory));
  const file = join(directory, "kubeconfig");
  await writeKubeconfig(file, access);
  return file;
}

async function writeKubeconfig(file: string, { port, ca, cert, key }: ApiServerAccess): Promise<void> {
  const encode = (text: string): string => Buffer.from(text).toString("base64");
  const server = `https://127.0.0.1:${String(port)}`;
  // JSON is YAML.
  const content = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proxied", cluster: { server, "certificate-authority-data": encode(ca) } }],
    users: [{ name: "admin", user: { "client-certificate-data": encode(cert), "client-key-data": encode(key) } }],
    contexts: [{ name: "proxied", context: { cluster: "proxied", user: "admin" } }],
    "current-context": "proxied",
  });
  await writeFile(file, content, { mode: 0o600 });
}
