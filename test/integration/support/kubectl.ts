import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";

const limitMs = 60_000;

/** What kubectl said, whether or not it liked what it was asked. */
export interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl as a person would, in one namespace. */
export class Kubectl {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Applies manifests, one or more documents of YAML, and throws what kubectl says against them. */
  async apply(yaml: string): Promise<void> {
    const answer = await this.tryToApply(yaml);
    if (!answer.ok) throw new Error(`kubectl apply: ${answer.stderr}`);
  }

  async tryToApply(yaml: string): Promise<Answer> {
    return this.#run(["apply", "--filename", "-"], yaml);
  }

  /** One object as it is stored. */
  async get<T extends KubeObject>(kind: string, name: string): Promise<T> {
    return JSON.parse(await this.run("get", kind, name, "--output", "json")) as T;
  }

  /** Any other command; throws when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const answer = await this.#run(args);
    if (!answer.ok) throw new Error(`kubectl ${args.join(" ")}: ${answer.stderr}`);
    return answer.stdout;
  }

  async #run(args: readonly string[], stdin = ""): Promise<Answer> {
    const child = spawn(
      inject("kubectl"),
      ["--kubeconfig", inject("kubeconfig"), "--namespace", this.#namespace, ...args],
      {
        env: { ...process.env, KUBECACHEDIR: join(tmpdir(), "kubectl-cache") },
        signal: AbortSignal.timeout(limitMs),
      },
    );
    const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    child.stdin.end(stdin);
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { ok: code === 0, stdout, stderr };
  }
}
