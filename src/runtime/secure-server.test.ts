import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, type ConnectionOptions } from "node:tls";
import { Agent, request } from "undici";
import { afterEach, expect, test } from "vitest";
import { makeSelfSigned } from "../metrics-access/self-signed.ts";
import { createHttpServers, type HttpServers } from "./http.ts";
import { createMetrics } from "./metrics.ts";
import type { Certificate, Refusal } from "./secure-server.ts";

let servers: HttpServers | undefined;
afterEach(() => servers?.close());

const refusal: Refusal = { status: 401, text: "no", headers: { "www-authenticate": "Bearer" } };
const certificateOf = (name: string): Certificate => makeSelfSigned(name, Date.now());

function create(first: Certificate) {
  let replace: (certificate: Certificate) => void = () => {};
  let closed = 0;
  servers = createHttpServers({
    metricsAddress: "127.0.0.1:0",
    probesAddress: "127.0.0.1:0",
    metrics: createMetrics().registry,
    metricsSecurity: {
      admit: async (authorization) => {
        if (authorization === "Bearer broken") throw new Error("broken");
        return authorization === "Bearer good" ? undefined : refusal;
      },
      certificates: {
        open: async (use) => {
          use(first);
          replace = use;
        },
        close: () => (closed += 1),
      },
    },
    healthy: () => [],
    ready: () => [],
  });
  return { servers, replace: (certificate: Certificate) => replace(certificate), closed: () => closed };
}

/** On a connection of its own. The server is talked to if its certificate is this one, and not otherwise. */
async function ask(port: number, { cert }: Certificate, token: string, path = "/metrics") {
  const dispatcher = new Agent({ connect: { ca: cert } });
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await request(`https://127.0.0.1:${port}${path}`, { headers, dispatcher });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  } finally {
    await dispatcher.destroy();
  }
}

const portOf = (address: AddressInfo | undefined): number => address?.port ?? 0;

test("over https who is admitted gets the metrics, everybody else gets what is said instead, whatever the path", async () => {
  const certificate = certificateOf("a");
  const { servers } = create(certificate);
  await servers.listen();
  const port = portOf(servers.addresses().metrics);
  const good = await ask(port, certificate, "good");
  expect(good).toMatchObject({ status: 200, text: expect.stringContaining("# HELP workqueue_depth") });
  expect(good.headers["content-type"]).toContain("text/plain");
  expect((await ask(port, certificate, "good", "/other")).status).toBe(404);
  for (const path of ["/metrics", "/other"]) {
    const refused = await ask(port, certificate, "bad", path);
    expect(refused).toMatchObject({ status: 401, text: "no\n", headers: { "www-authenticate": "Bearer" } });
  }
  expect(await ask(port, certificate, "broken")).toMatchObject({ status: 500, text: "Error: broken\n" });
});

test("there is no http on that port, and no https on that of the probes", async () => {
  const certificate = certificateOf("a");
  const { servers } = create(certificate);
  await servers.listen();
  const { metrics, probes } = servers.addresses();
  await expect(fetch(`http://127.0.0.1:${portOf(metrics)}/metrics`)).rejects.toThrow("fetch failed");
  expect((await fetch(`http://127.0.0.1:${portOf(probes)}/healthz`)).status).toBe(200);
});

test("the next connection meets the certificate that replaced the first one; one that cannot be used changes nothing", async () => {
  const [first, second] = [certificateOf("first"), certificateOf("second")];
  const { servers, replace } = create(first);
  await servers.listen();
  const port = portOf(servers.addresses().metrics);
  await expect(ask(port, second, "good")).rejects.toThrow("self-signed certificate");
  replace(second);
  expect((await ask(port, second, "good")).status).toBe(200);
  expect(() => replace({ cert: first.cert, key: second.key })).toThrow("key values mismatch");
  expect((await ask(port, second, "good")).status).toBe(200);
});

test.each([
  ["TLSv1.2", "TLSv1.2"],
  ["TLSv1.3", "TLSv1.3"],
] as const)("who speaks %s at most is spoken to in %s", async (maxVersion, spoken) => {
  const { port } = await listening();
  expect(await protocolOf(port, { maxVersion })).toBe(spoken);
});

test("who speaks nothing newer than TLS 1.1 is turned away because of it", async () => {
  const { port } = await listening();
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  await expect(protocolOf(port, old)).rejects.toMatchObject({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
});

async function listening(): Promise<{ readonly port: number }> {
  const { servers } = create(certificateOf("a"));
  await servers.listen();
  return { port: portOf(servers.addresses().metrics) };
}

async function protocolOf(port: number, options: ConnectionOptions): Promise<string | null> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  await once(socket, "secureConnect");
  const protocol = socket.getProtocol();
  socket.destroy();
  return protocol;
}

test("a certificate that cannot be used is an error before anything listens", async () => {
  const [one, other] = [certificateOf("one"), certificateOf("other")];
  const { servers } = create({ cert: one.cert, key: other.key });
  await expect(servers.listen()).rejects.toThrow("key values mismatch");
  expect(servers.addresses().metrics).toBeUndefined();
});

test("closing ends what brings certificates", async () => {
  const { servers, closed } = create(certificateOf("a"));
  await servers.listen();
  await servers.close();
  expect(closed()).toBe(1);
});
