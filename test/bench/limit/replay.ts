import type { Transport } from "../../../src/kube/transport.ts";
import type { Rehearsal } from "./rehearse.ts";
import { identityIn, readText, type Identity, type Write } from "./tape.ts";

/** The writes of one build, ready to be made again under other names. */
export interface Replay {
  readonly writes: readonly Prepared[];
  /** Makes the writes of one more build, one after the other. It looks at nothing but the versions that its next write needs. */
  run(transport: Transport, namespace: string, onWrite?: (write: Prepared) => Promise<void>): Promise<void>;
}

interface Prepared {
  readonly recorded: Write;
  readonly path: Template;
  readonly body: Template;
}

/** A text cut at everything that differs from one build to the next: fixed and variable pieces in turn. */
type Template = readonly string[];

const suffixLength = 6;

/** Turns a rehearsal into something that can be repeated: every object gets a name of its own and of the same length, and a
 * precondition names what the answer before it said. */
export function prepareReplay({ namespace, writes }: Rehearsal): Replay {
  const created = writes.filter(({ method }) => method === "POST").map(({ answer }) => answer.name);
  const names = new Set(created);
  const variable = [namespace, ...names, ...writes.flatMap(({ answer }) => [answer.uid, versionText(answer)])];
  const cut = cutterOf(variable);
  const prepared = writes.map((recorded) => ({
    recorded,
    path: cut(recorded.path),
    body: cut(withoutListVersion(recorded)),
  }));
  let runs = 0;
  return {
    writes: prepared,
    run: async (transport, elsewhere, onWrite) => {
      runs += 1;
      const suffix = runs.toString(36).padStart(suffixLength, "0");
      const values = new Map([[namespace, elsewhere]]);
      for (const name of names) values.set(name, name.slice(0, -suffixLength) + suffix);
      for (const write of prepared) {
        const answer = await send(transport, write, values);
        values.set(write.recorded.answer.uid, answer.uid);
        values.set(versionText(write.recorded.answer), versionText(answer));
        await onWrite?.(write);
      }
    },
  };
}

/** Many builds at once change one candidate list. The operator takes turns, which is a decision; the bare loop overwrites. */
function withoutListVersion({ path, method, body }: Write): string {
  if (method !== "PATCH" || !path.includes("/configmaps/")) return body;
  return body.replace(/"resourceVersion":"\d+"/, "").replace('"metadata":{,', '"metadata":{');
}

function versionText({ resourceVersion }: Identity): string {
  return `"resourceVersion":"${resourceVersion}"`;
}

function cutterOf(variable: readonly string[]): (text: string) => Template {
  // The longest first: names begin with other names.
  const longestFirst = [...new Set(variable)].filter(Boolean).toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${longestFirst.map((text) => escapePattern(text)).join("|")})`);
  return (text) => text.split(pattern);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function fill(template: Template, values: ReadonlyMap<string, string>): string {
  return template.map((piece, index) => (index % 2 === 0 ? piece : (values.get(piece) ?? piece))).join("");
}

const never = new AbortController().signal;

async function send(
  transport: Transport,
  { recorded, path, body }: Prepared,
  values: ReadonlyMap<string, string>,
): Promise<Identity> {
  const { method, contentType } = recorded;
  const headers = { accept: "application/json", "content-type": contentType };
  const sent = { method, path: fill(path, values), headers, body: fill(body, values), signal: never, longLived: false };
  const answer = await transport.request(sent);
  const text = await readText(answer.body);
  if (answer.status >= 300) throw new Error(`${method} ${sent.path} in the bare loop: ${text}`);
  return identityIn(text);
}
