import type { Transport, TransportRequest } from "../../../src/kube/transport.ts";

/** Who wrote: whoever builds, what plays Tekton for the tests, or the operator. */
export type Origin = "build" | "tekton" | "operator";

/** One write, word for word, and what the API server called the result. */
export interface Write {
  readonly origin: Origin;
  readonly method: TransportRequest["method"];
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  readonly answer: Identity;
}

/** What later writes may refer to. */
export interface Identity {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** A transport that lets everything through and notes every accepted write. */
export function noteWrites(transport: Transport, origin: Origin, note: (write: Write) => void): Transport {
  return {
    close: () => transport.close(),
    request: async (request) => {
      const answer = await transport.request(request);
      if (request.method === "GET" || request.body === undefined || answer.status >= 300) return answer;
      const text = await readText(answer.body);
      const { method, path, body } = request;
      const contentType = request.headers["content-type"] ?? "";
      note({ origin, method, path, contentType, body, answer: identityIn(text) });
      return { ...answer, body: once(text) };
    },
  };
}

/** What an answer says about the object that it holds. */
export function identityIn(answer: string): Identity {
  const { metadata } = JSON.parse(answer) as { readonly metadata?: Partial<Identity> };
  return { name: metadata?.name ?? "", uid: metadata?.uid ?? "", resourceVersion: metadata?.resourceVersion ?? "" };
}

/** The whole text of an answer. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
