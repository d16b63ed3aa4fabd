/** A running Kubernetes API server that tests may use. */
export interface ControlPlane {
  readonly provider: "assets" | "built" | "k3s" | "kubeconfig";
  /** Path of a kubeconfig for an administrator. */
  readonly kubeconfig: string;
  /** Version of the API server, for example "v1.37.2". */
  readonly version: string;
  /** Path of a kubectl of that version, where one came with it. */
  readonly kubectl?: string;
  /** The Unix socket of its etcd, where this process can reach it. */
  readonly etcdSocket?: string;
  /** Stops what was started and removes what was only temporary; a user's own cluster is left alone. */
  stop(): Promise<void>;
  /** Stops and starts again on the same data and port, also after kill(); the kubeconfig stays valid. */
  restart?(): Promise<void>;
  /** Ends the API server without any warning (SIGKILL), as a crash would. */
  kill?(): Promise<void>;
  /** Freezes the API server: connections stay open, but nothing answers any more. */
  pause?(): void;
  /** Lets a frozen API server go on. */
  resume?(): void;
}

export interface StartOptions {
  /** Keeps the state here, so that a later start continues with it. Without it, state is temporary. */
  readonly dataDir?: string | undefined;
  /** Port of the API server; a free one by default. */
  readonly port?: number | undefined;
  /** File for one JSON audit event a request, at level Metadata. */
  readonly auditLog?: string | undefined;
  /** The kubeconfig to use, for the provider "kubeconfig" only. */
  readonly kubeconfig?: string | undefined;
  /** Receives what is being done (a first build takes minutes); standard error by default. */
  readonly log?: ((line: string) => void) | undefined;
  /** Receives each line that the API server and etcd log; by default only the last ones are kept, for errors. */
  readonly serverLog?: ((line: string) => void) | undefined;
}

export interface Provider {
  readonly name: ControlPlane["provider"];
  /** How a user makes this provider available, for the message that names all ways. */
  readonly hint: string;
  /** The reason why this provider cannot be used on this machine, or undefined when it can. */
  available(options: StartOptions): Promise<string | undefined>;
  start(options: StartOptions): Promise<ControlPlane>;
}
