import { array, assert, asyncProperty, integer } from "fast-check";
import { expect, test } from "vitest";
import { readWatchLines, type WatchLine } from "./watch-lines.ts";

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}

async function read(text: string, sizes: readonly number[] = []): Promise<WatchLine[]> {
  const lines: WatchLine[] = [];
  for await (const line of readWatchLines("watch", inPieces(Buffer.from(text), sizes))) lines.push(line);
  return lines;
}

const event = (name: string): string =>
  `${JSON.stringify({ type: "ADDED", object: { metadata: { name, resourceVersion: "1" } } })}\n`;
const names = (lines: readonly WatchLine[]): unknown[] =>
  lines.map((line) => (line.kind === "event" ? line.object.metadata.name : line.kind));

test("lines arrive whole and in order, however the network cuts them, even inside a character", async () => {
  const text = event("ä") + event("🚀-b") + event("c");
  await assert(
    asyncProperty(array(integer({ min: 1, max: 40 }), { maxLength: 30 }), async (sizes) => {
      expect(names(await read(text, sizes))).toEqual(["ä", "🚀-b", "c"]);
    }),
  );
});

test("a last line without its end of line is read", async () => {
  expect(names(await read(event("a").trimEnd()))).toEqual(["a"]);
});

test("empty lines mean nothing", async () => {
  expect(names(await read(`\n\r\n${event("a")}\n`))).toEqual(["a"]);
});

test("a bookmark carries a version", async () => {
  expect(await read('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}\n')).toEqual([
    { kind: "bookmark", resourceVersion: "7", endsInitial: false },
  ]);
});

test.each<[string, string, string]>([
  ["410", '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}', "Gone"],
  ["500", '{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}}', "Unavailable"],
  ["429", '{"type":"ERROR","object":{"kind":"Status","code":429}}', "Throttled"],
])("an error of code %s inside the stream is classified like an answer", async (_code, text, kind) => {
  expect(await read(text)).toMatchObject([{ kind: "error", error: { kind } }]);
});

test.each([
  ["not JSON", '{"type":"ADDED","obj'],
  ["null", "null"],
  ["no object", '{"type":"ADDED"}'],
  ["no version", '{"type":"ADDED","object":{"metadata":{"name":"a"}}}'],
  ["no name", '{"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}}'],
  ["no metadata", '{"type":"ADDED","object":{"metadata":null}}'],
  ["a type that nobody knows", '{"type":"EXPLODED","object":{"metadata":{"name":"a","resourceVersion":"1"}}}'],
])("a line that cannot be understood is reported: %s", async (_what, text) => {
  expect((await read(text)).map(({ kind }) => kind)).toEqual(["malformed"]);
});

test("a line without end is given up", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1024 * 1024, "x");
  }
  const kinds: string[] = [];
  for await (const line of readWatchLines("watch", endless())) kinds.push(line.kind);
  expect(kinds).toEqual(["malformed"]);
});
