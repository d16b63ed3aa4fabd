import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "integration-controlplane-";

/**
 * Creates a directory for state that nobody needs after stop().
 *
 * A test run that is killed cannot remove its directory, and each holds more
 * than a hundred megabytes. The name therefore carries the number of the
 * process, and the next run removes what ended processes left behind.
 */
export async function temporaryDirectory(): Promise<string> {
  for (const entry of await readdir(tmpdir())) {
    const owner = entry.startsWith(prefix) ? Number.parseInt(entry.slice(prefix.length), 10) : Number.NaN;
    if (owner > 0 && !isAlive(owner)) {
      // Another run may be removing the same directory at this moment.
      await removeDirectory(join(tmpdir(), entry)).catch(() => {});
    }
  }
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes a directory, whether or not it is still there. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process" means that there is one, owned by somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
