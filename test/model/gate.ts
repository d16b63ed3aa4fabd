import { present } from "../../src/domain/present.ts";
import type { DeleteOptions, DeleteResult, ListPage, Patch } from "../../src/kube/calls.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { kindOf, type Kind } from "./kinds.ts";
import { refusal } from "./world.ts";

/** One call of a reconcile to the API server. */
export type Request =
  | { readonly verb: "get"; readonly kind: Kind; readonly name: string }
  /** Not the operator's: somebody else changes an object under its hands. */
  | { readonly verb: "touch"; readonly kind: Kind; readonly name: string }
  | { readonly verb: "list"; readonly kind: Kind; readonly labelSelector?: string }
  | { readonly verb: "create"; readonly kind: Kind; readonly name: string; readonly object: KubeObject }
  | {
      readonly verb: "patch";
      readonly kind: Kind;
      readonly name: string;
      readonly body: object;
      readonly subresource?: "status";
    }
  | { readonly verb: "delete"; readonly kind: Kind; readonly name: string; readonly seen: Seen };

/** The version that a deletion holds for. */
export type Seen = Pick<DeleteOptions, "uid" | "resourceVersion">;

/** What came of it: an answer, or what was thrown instead. */
export type Reply =
  { readonly kind: "answer"; readonly answer: unknown } | { readonly kind: "thrown"; readonly error: unknown };

export interface Call {
  readonly request: Request;
  /** Absent when the reconcile never learned: it crashed, or waits for its turn. */
  readonly reply?: Reply;
  readonly acted: boolean;
}

/** What goes wrong with a reconcile, and at which of its calls, counted from 1. */
export interface Interruption {
  readonly at: number;
  readonly kind: InterruptionKind;
}

export type InterruptionKind =
  /** Somebody else changes the object just before, so that the API server refuses. */
  | "conflict"
  /** The API server does not answer, and did nothing. */
  | "unavailable"
  /** The write takes effect and its answer is lost. */
  | "lost"
  /** The process dies before the call, or right after it took effect. */
  | "crashBefore"
  | "crashAfter"
  /** Somebody else goes first. */
  | "suspend"
  /** Looks whether there would be a write, and does not do it. */
  | "look";

/** Carries a call out. */
export type Execute = (request: Request) => unknown;

/** The door between a reconcile and the world. Here calls are counted, kept back and made to fail. A suspended reconcile
 * goes on by beginning again: what it was told before is told again, word for word. */
export class Gate {
  readonly calls: Call[] = [];
  readonly stopped: Promise<"stopped">;
  #stop: (value: "stopped") => void = () => {};
  #isStopped = false;
  readonly #execute: Execute;
  readonly #interruption: Interruption | undefined;
  readonly #told: readonly Call[];

  constructor(execute: Execute, interruption?: Interruption, told: readonly Call[] = []) {
    this.#execute = execute;
    this.#interruption = interruption;
    this.#told = told;
    this.stopped = new Promise((resolve) => (this.#stop = resolve));
  }

  call(request: Request): Promise<unknown> {
    if (this.#isStopped) return neverAnswered();
    const at = this.calls.length + 1;
    const told = this.#told[at - 1];
    if (told !== undefined) return this.#reply(told);
    return this.#isHit(request, at) ? this.#interrupt(request) : this.#reply(this.#carryOut(request));
  }

  #isHit(request: Request, at: number): boolean {
    const hit = this.#interruption;
    return hit !== undefined && (hit.kind === "look" ? isWrite(request) : hit.at === at);
  }

  #interrupt(request: Request): Promise<unknown> {
    const what = this.#interruption?.kind ?? "look";
    switch (what) {
      case "conflict":
        return this.#conflict(request);
      case "unavailable":
        return this.#reply(failed(request, refusal("Unavailable", "no answer"), false));
      case "lost":
        return this.#lose(request);
      case "crashAfter":
        this.calls.push({ request, acted: this.#carryOut(request).acted });
        return this.#halt();
      case "crashBefore":
      case "suspend":
      case "look":
        return this.#halt();
    }
  }

  #conflict(request: Request): Promise<unknown> {
    if (isGuarded(request)) this.#execute({ verb: "touch", kind: request.kind, name: request.name });
    return this.#reply(this.#carryOut(request));
  }

  #lose(request: Request): Promise<unknown> {
    const { acted } = this.#carryOut(request);
    return this.#reply(failed(request, refusal("Unavailable", "the answer was lost"), acted));
  }

  #halt(): Promise<unknown> {
    this.#isStopped = true;
    this.#stop("stopped");
    return neverAnswered();
  }

  #carryOut(request: Request): Call {
    try {
      return { request, reply: { kind: "answer", answer: this.#execute(request) }, acted: true };
    } catch (error) {
      return failed(request, error, false);
    }
  }

  #reply(call: Call): Promise<unknown> {
    this.calls.push(call);
    const { reply } = call;
    if (reply?.kind === "thrown") return Promise.reject(reply.error as Error);
    return Promise.resolve(reply?.answer);
  }
}

/** One of its own for each that waits, so that nobody keeps them all in memory. */
function neverAnswered(): Promise<unknown> {
  return new Promise(() => {});
}

function failed(request: Request, error: unknown, acted: boolean): Call {
  return { request, reply: { kind: "thrown", error }, acted };
}

export function isWrite({ verb }: Request): boolean {
  return verb === "create" || verb === "patch" || verb === "delete";
}

/** Whether it is refused where somebody else has changed the object. */
export function isGuarded(request: Request): request is Extract<Request, { readonly verb: "patch" | "delete" }> {
  return request.verb === "patch" || request.verb === "delete";
}

/** The client that leads to a gate. What the shipped controllers never call is not there. */
export function clientTo(gate: () => Gate): KubeClient {
  const ask = <T>(request: Request): Promise<T> => gate().call(request) as Promise<T>;
  return {
    get: (resource, { name }) => ask({ verb: "get", kind: kindOf(resource), name }),
    list: <T extends KubeObject>(
      resource: Parameters<KubeClient["list"]>[0],
      { labelSelector }: { labelSelector?: string },
    ) =>
      ask<ListPage<T>>({
        verb: "list",
        kind: kindOf(resource),
        ...(labelSelector === undefined ? {} : { labelSelector }),
      }),
    create: <T extends KubeObject>(resource: Parameters<KubeClient["create"]>[0], object: T) =>
      ask<T>({ verb: "create", kind: kindOf(resource), name: object.metadata.name, object }),
    patch: <T extends KubeObject>(
      resource: Parameters<KubeClient["patch"]>[0],
      { name }: { name: string },
      patch: Patch,
    ) => {
      if (patch.type !== "merge") throw new TypeError(`the model knows no ${patch.type} patch`);
      const { body, subresource } = patch;
      return ask<T>({
        verb: "patch",
        kind: kindOf(resource),
        name,
        body,
        ...(subresource === undefined ? {} : { subresource }),
      });
    },
    replace: () => notModelled("replace"),
    delete: (resource, { name }, { uid, resourceVersion } = {}) =>
      ask<DeleteResult>({
        verb: "delete",
        kind: kindOf(resource),
        name,
        seen: { ...present({ uid, resourceVersion }) },
      }),
    watch: () => notModelled("watch"),
  };
}

function notModelled(verb: string): never {
  throw new TypeError(`the model knows no ${verb}: add it to test/model/gate.ts`);
}
