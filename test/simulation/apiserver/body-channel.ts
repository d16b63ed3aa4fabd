const encoder = new TextEncoder();

/** The body of a streamed response: written at one end, read at the other, broken or closed by either. */
export class BodyChannel implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  readonly #onClose: () => void;
  #ending: { readonly error: Error | undefined } | undefined;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal, onClose: () => void) {
    let closed = false;
    this.#onClose = () => {
      if (closed) return;
      closed = true;
      onClose();
    };
    if (signal.aborted) this.fail(signal.reason as Error);
    else signal.addEventListener("abort", () => this.fail(signal.reason as Error), { once: true });
  }

  get closed(): boolean {
    return this.#ending !== undefined;
  }

  write(text: string): void {
    if (this.closed) return;
    this.#waiting.push(encoder.encode(text));
    this.#wake?.();
  }

  /** Ends the body as a server does that has said everything. */
  end(): void {
    this.#finish(undefined);
  }

  /** Ends the body as a broken connection does: what was not read yet is lost. */
  fail(error: Error): void {
    this.#waiting.length = 0;
    this.#finish(error);
  }

  #finish(error: Error | undefined): void {
    if (this.closed) return;
    this.#ending = { error };
    this.#onClose();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#ending?.error !== undefined) throw this.#ending.error;
        else if (this.#ending !== undefined) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.end();
    }
  }
}

/** A body that is complete from the start. */
export async function* wholeBody(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  if (text !== "") yield encoder.encode(text);
}

/** What a client sees when the connection breaks. */
export function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}
