import { afterEach, expect, test } from "vitest";
import { systemClock } from "../runtime/clock.ts";
import {
  answerJson,
  type FakeApiServer,
  type FakeApiServerOptions,
  type Handler,
  openWatch,
  startFakeApiServer,
} from "../testing/fake-api-server.ts";
import { makeSelfSigned } from "../metrics-access/self-signed.ts";
import type { Credentials } from "./config.ts";
import type { Transport, TransportRequest } from "./transport.ts";
import { createUndiciTransport, type UndiciTransportOptions } from "./undici-transport.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface SetUp {
  readonly server?: FakeApiServerOptions;
  readonly transport?: Partial<UndiciTransportOptions>;
}

async function setUp(handler: Handler, over: SetUp = {}): Promise<{ server: FakeApiServer; transport: Transport }> {
  const server = await startFakeApiServer(handler, over.server);
  const transport = createUndiciTransport(server.connection, {
    timing: systemClock,
    userAgent: "tester/1",
    ...over.transport,
  });
  ends.push(
    () => server.close(),
    () => transport.close(),
  );
  return { server, transport };
}

const request = (over: Partial<TransportRequest> = {}): TransportRequest => ({
  method: "GET",
  path: "/api",
  headers: {},
  signal: new AbortController().signal,
  longLived: false,
  ...over,
});

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function ask(transport: Transport, over: Partial<TransportRequest> = {}): Promise<string> {
  const response = await transport.request(request(over));
  return `${response.status} ${await readText(response.body)}`;
}

test("sends the body, the headers, who we are and who lets us in", async () => {
  const credentials = {
    current: () => Promise.resolve({ tls: {}, headers: { authorization: "Bearer t" } }),
    invalidate: () => {},
  };
  const { transport } = await setUp(
    ({ headers, method }, response, body) =>
      answerJson(response, [method, headers["user-agent"], headers.authorization, headers["x-a"], body]),
    { server: { credentials } },
  );
  expect(await ask(transport, { method: "POST", body: "{}", headers: { "x-a": "b" } })).toBe(
    '200 ["POST","tester/1","Bearer t","b","{}"]',
  );
});

test("short calls share a bounded number of HTTP/1.1 connections, which watches do not take up", async () => {
  const versions = new Set<string>();
  const { server, transport } = await setUp(
    ({ httpVersion, url }, response) => {
      versions.add(httpVersion);
      if (url === "/watch") openWatch(response)("{}");
      else setTimeout(() => answerJson(response, "ok"), 5);
    },
    { transport: { shortCallConnections: 4 } },
  );
  const abort = new AbortController();
  const watches = await Promise.all(
    Array.from({ length: 6 }, () =>
      transport.request(request({ path: "/watch", longLived: true, signal: abort.signal })),
    ),
  );
  await Promise.all(Array.from({ length: 40 }, () => ask(transport)));
  expect(server.sockets.size).toBe(6 + 4);
  expect([...versions]).toEqual(["1.1"]);
  abort.abort(new Error("over"));
  await Promise.allSettled(watches.map(({ body }) => readText(body)));
});

test("the renewal of a lease does not wait behind a crowd of slow calls", async () => {
  const { transport } = await setUp(
    ({ url }, response) => {
      if (url === "/lease") answerJson(response, "renewed");
    },
    { transport: { shortCallConnections: 2 } },
  );
  const crowd = Array.from({ length: 10 }, () => ask(transport).catch(() => {}));
  expect(await ask(transport, { path: "/lease", urgent: true })).toBe('200 "renewed"');
  await transport.close();
  await Promise.all(crowd);
});

test("a short call has a limit for the whole of its answer, not only for each of its bytes", async () => {
  const { transport } = await setUp(
    (_request, response) => {
      const trickle = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(trickle));
    },
    { transport: { shortCallLimitMs: 60 } },
  );
  await expect(ask(transport)).rejects.toMatchObject({ code: "OP_TIME_LIMIT_PASSED" });
});

test("a watch has no limit of its own", async () => {
  const { transport } = await setUp(
    (_request, response) => {
      const send = openWatch(response);
      setTimeout(() => (send("late"), response.end()), 150);
    },
    { transport: { shortCallLimitMs: 20 } },
  );
  expect(await ask(transport, { longLived: true })).toBe("200 late\n");
});

test("an abort ends a watch that is being read and closes its socket", async () => {
  const { server, transport } = await setUp((_request, response) => openWatch(response)("first"));
  const abort = new AbortController();
  const { body } = await transport.request(request({ longLived: true, signal: abort.signal }));
  setTimeout(() => abort.abort(new Error("enough")), 20);
  await expect(readText(body)).rejects.toThrow("enough");
  await expect.poll(() => server.sockets.size).toBe(0);
});

test("a refused token is read anew before the next call", async () => {
  let token = "old";
  let cached: string | undefined;
  const credentials = {
    current: (): Promise<Credentials> => Promise.resolve({ tls: {}, headers: { authorization: (cached ??= token) } }),
    invalidate: () => (cached = undefined),
  };
  const { transport } = await setUp(
    ({ headers }, response) => answerJson(response, {}, headers.authorization === "new" ? 200 : 401),
    { server: { credentials } },
  );
  expect(await ask(transport)).toBe("401 {}");
  token = "new";
  await ask(transport);
  expect(await ask(transport)).toBe("200 {}");
});

test("a new CA makes new connections, and a watch on the old one goes on", async () => {
  const [oldServer, newServer] = [makeSelfSigned("old", Date.now()), makeSelfSigned("new", Date.now())];
  let tls = { ca: oldServer.cert };
  const credentials = {
    current: (): Promise<Credentials> => Promise.resolve({ tls, headers: {} }),
    invalidate: () => {},
  };
  let finishWatch = (): void => {};
  const { transport } = await setUp(
    ({ url }, response) => {
      if (url !== "/watch") return answerJson(response, "old");
      openWatch(response)("begun");
      finishWatch = () => response.end();
    },
    { server: { tls: oldServer, credentials } },
  );
  expect(await ask(transport)).toBe('200 "old"');
  const watch = await transport.request(request({ path: "/watch", longLived: true }));

  const renewed = await startFakeApiServer((_request, response) => answerJson(response, "new"), { tls: newServer });
  ends.push(() => renewed.close());
  const { host } = new URL(renewed.url);
  const moved = createUndiciTransport(
    { server: `https://${host}`, pathPrefix: "", namespace: undefined, credentials },
    { timing: systemClock, userAgent: "t" },
  );
  ends.push(() => moved.close());
  await expect(ask(moved)).rejects.toMatchObject({ code: expect.stringContaining("SELF_SIGNED") as string });
  tls = { ca: newServer.cert };
  expect(await ask(moved)).toBe('200 "new"');

  // The first transport retires its connections for the same reason; what is under way on them ends in peace.
  await expect(ask(transport)).rejects.toBeInstanceOf(Error);
  finishWatch();
  expect(await readText(watch.body)).toBe("begun\n");
});

test("a closed transport leaves no socket and accepts no call", async () => {
  const { server, transport } = await setUp((_request, response) => openWatch(response)("first"));
  const { body } = await transport.request(request({ longLived: true }));
  const reading = readText(body);
  await transport.close();
  await expect(reading).rejects.toBeInstanceOf(Error);
  await expect.poll(() => server.sockets.size).toBe(0);
  await expect(ask(transport)).rejects.toThrow("the transport is closed");
});
