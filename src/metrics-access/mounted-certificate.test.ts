import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type TestContext, vi } from "vitest";
import type { Certificate } from "../runtime/secure-server.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { followMountedCertificate } from "./mounted-certificate.ts";

/** A directory as a kubelet keeps it for a Secret: files are links into a folder that one rename replaces as a whole. */
async function setUp(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), "certificate-"));
  context.onTestFinished(() => rm(directory, { recursive: true }));
  let version = 0;
  const mount = async (certificate: Partial<Certificate>): Promise<void> => {
    const folder = `..version-${version++}`;
    await mkdir(join(directory, folder));
    if (certificate.cert !== undefined) await writeFile(join(directory, folder, "tls.crt"), certificate.cert);
    if (certificate.key !== undefined) await writeFile(join(directory, folder, "tls.key"), certificate.key);
    await symlink(folder, join(directory, "..next"));
    await rename(join(directory, "..next"), join(directory, "..data"));
  };
  for (const name of ["tls.crt", "tls.key"]) await symlink(join("..data", name), join(directory, name));
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const used: Certificate[] = [];
  const use = (certificate: Certificate): void => {
    if (certificate.key.startsWith("of another")) throw new Error("key values mismatch");
    used.push(certificate);
  };
  const certificates = followMountedCertificate(directory, { clock, logger });
  const look = async (): Promise<void> => {
    await clock.advance(10_000);
    // Files are read off the event loop; then the next look is due.
    await vi.waitFor(() => expect(clock.pending()).toBe(1), { timeout: 30_000 });
  };
  return { directory, mount, certificates, use, used, look, clock, logger };
}

const first = { cert: "first", key: "its key" };
const second = { cert: "second", key: "its key, too" };

test("what replaces the certificate is used at the next look, and told", async (context) => {
  const { mount, certificates, use, used, look, logger } = await setUp(context);
  await mount(first);
  await certificates.open(use);
  await look();
  expect(used).toEqual([first]);
  await mount(second);
  await look();
  await look();
  expect(used).toEqual([first, second]);
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
    ["info", "metrics have a new certificate"],
  ]);
});

test("one that cannot be used is told once, and the last good one stays until a good one comes", async (context) => {
  const { mount, certificates, use, used, look, logger } = await setUp(context);
  await mount(first);
  await certificates.open(use);
  await mount({ cert: "second", key: "of another" });
  await look();
  await look();
  await mount({ cert: "second" });
  await look();
  await look();
  expect(used).toEqual([first]);
  await mount(second);
  await look();
  expect(used).toEqual([first, second]);
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
    ["error", "the new certificate of metrics cannot be used"],
    ["error", "the new certificate of metrics cannot be used"],
    ["info", "metrics have a new certificate"],
  ]);
});

test("without one to begin with, it is said where it was looked for and what is wrong", async (context) => {
  const { directory, mount, certificates, use } = await setUp(context);
  const message = `no certificate for metrics in ${directory}`;
  await expect(certificates.open(use)).rejects.toMatchObject({ message, cause: { code: "ENOENT" } });
  await mount({ cert: "first", key: "of another" });
  const again = followMountedCertificate(directory, { clock: createFakeClock(), logger: createRecordingLogger() });
  await expect(again.open(use)).rejects.toMatchObject({ message, cause: { message: "key values mismatch" } });
});

test("once closed it looks no more", async (context) => {
  const { mount, certificates, use, clock } = await setUp(context);
  await mount(first);
  await certificates.open(use);
  expect(clock.pending()).toBe(1);
  certificates.close();
  expect(clock.pending()).toBe(0);
});
