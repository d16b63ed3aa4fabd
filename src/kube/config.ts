import { readFile } from "node:fs/promises";
import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";
import { cacheMaterial, type CachedMaterial } from "./cached-material.ts";
import type { Timing } from "./timing.ts";

/** What a TLS connection to the API server is made with. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** What a request needs besides its own words. */
export interface Credentials {
  readonly tls: TlsMaterial;
  /** Authorization and impersonation, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One API server, and how to be let in. Tokens and certificates are re-read in the background of their use. */
export interface ClusterConnection {
  /** Scheme, host and port. */
  readonly server: string;
  /** A path before every path, for an API server behind a proxy; "" for none. */
  readonly pathPrefix: string;
  /** The namespace that the context or the service account names; undefined when it names none. */
  readonly namespace: string | undefined;
  readonly credentials: CachedMaterial<Credentials>;
}

export interface ConnectionOptions {
  readonly timing: Pick<Timing, "monotonic">;
  /** A kubeconfig file; absent means $KUBECONFIG, ~/.kube/config, or the service account of the pod, in this order. */
  readonly kubeconfigFile?: string;
  readonly context?: string;
}

/** Tokens are re-read this often, as client-go does; the kubelet replaces them long before they expire. */
const credentialsMaxAgeMs = 60_000;

/** Finds the API server to talk to. */
export function loadConnection(options: ConnectionOptions): ClusterConnection {
  const config = new KubeConfig();
  if (options.kubeconfigFile === undefined) config.loadFromDefault();
  else config.loadFromFile(options.kubeconfigFile);
  if (options.context !== undefined) config.setCurrentContext(options.context);
  return connectionOf(config, options.timing);
}

/** The connection that the current context of a kubeconfig describes. */
export function connectionOf(config: KubeConfig, timing: Pick<Timing, "monotonic">): ClusterConnection {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser() ?? { name: "anonymous" };
  if (cluster === null) throw new TypeError(`no cluster in kubeconfig context ${config.currentContext || "(none)"}`);
  if (cluster.proxyUrl !== undefined) throw new TypeError(`cluster ${cluster.name}: proxy-url is not supported`);
  const url = new URL(cluster.server);
  const authenticate = createAuthenticator(user);
  return {
    server: url.origin,
    pathPrefix: url.pathname.replace(/\/$/, ""),
    namespace: config.getContextObject(config.currentContext)?.namespace,
    credentials: cacheMaterial({
      timing,
      maxAgeMs: credentialsMaxAgeMs,
      read: () => readCredentials(cluster, user, authenticate),
    }),
  };
}

interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: string;
  readonly key?: string;
}

async function readCredentials(
  cluster: Cluster,
  user: User,
  authenticate: () => Promise<Authentication>,
): Promise<Credentials> {
  const [ca, cert, key, authentication] = await Promise.all([
    readPem(cluster.caFile, cluster.caData),
    readPem(user.certFile, user.certData),
    readPem(user.keyFile, user.keyData),
    authenticate(),
  ]);
  const tls = {
    ca,
    cert: cert ?? authentication.cert,
    key: key ?? authentication.key,
    servername: cluster.tlsServerName,
    rejectUnauthorized: cluster.skipTLSVerify ? false : undefined,
  };
  const impersonation = user.impersonateUser === undefined ? {} : { "impersonate-user": user.impersonateUser };
  return { tls: withoutUndefined(tls), headers: { ...authentication.headers, ...impersonation } };
}

async function readPem(file: string | undefined, data: string | undefined): Promise<string | undefined> {
  if (file) return readFile(file, "utf8");
  return data ? Buffer.from(data, "base64").toString("utf8") : undefined;
}

function createAuthenticator(user: User): () => Promise<Authentication> {
  const provider = user.authProvider as { readonly config?: { readonly tokenFile?: string } } | undefined;
  const tokenFile = provider?.config?.tokenFile;
  if (tokenFile) return async () => bearer((await readFile(tokenFile, "utf8")).trim());
  if (user.token) return () => Promise.resolve(bearer(user.token ?? ""));
  if (user.username) {
    const basic = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
    return () => Promise.resolve({ headers: { authorization: `Basic ${basic}` } });
  }
  if (user.exec === undefined && provider === undefined) return () => Promise.resolve({ headers: {} });
  return createPluginAuthenticator(user);
}

/** Exec plugins and OIDC are client-node's business; it caches what they return until it expires. */
function createPluginAuthenticator(user: User): () => Promise<Authentication> {
  const config = new KubeConfig();
  // A cluster without files, so that asking for a token reads nothing else from disk.
  config.loadFromClusterAndUser({ name: "plugin", server: "https://plugin.invalid", skipTLSVerify: false }, user);
  return async () => {
    const options: { headers?: Record<string, string>; cert?: unknown; key?: unknown } = {};
    await config.applyToHTTPSOptions(options as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
    const authorization = options.headers?.["Authorization"];
    return {
      headers: authorization === undefined ? {} : { authorization },
      ...(options.cert ? { cert: String(options.cert as string | Buffer) } : {}),
      ...(options.key ? { key: String(options.key as string | Buffer) } : {}),
    };
  };
}

function bearer(token: string): Authentication {
  return { headers: { authorization: `Bearer ${token}` } };
}

function withoutUndefined(material: { [K in keyof TlsMaterial]: TlsMaterial[K] | undefined }): TlsMaterial {
  return Object.fromEntries(Object.entries(material).filter(([, value]) => value !== undefined));
}
