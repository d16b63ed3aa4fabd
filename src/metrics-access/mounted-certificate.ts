import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import type { Certificate, Certificates } from "../runtime/secure-server.ts";
import type { Logger } from "../runtime/logger.ts";

/** As a Secret of the type kubernetes.io/tls is mounted. */
const names = ["tls.crt", "tls.key"] as const;

/** A kubelet takes about a minute to bring a change of a Secret; this adds little to it. */
const lookEveryMs = 10_000;

/** The certificate of a directory, and each that replaces it there. A look costs two calls of stat: files are read when they have
 * changed. One that cannot be used is told once, and the last good one stays. */
export function followMountedCertificate(
  directory: string,
  { clock, logger }: { readonly clock: Pick<Clock, "after">; readonly logger: Logger },
): Certificates {
  const files = names.map((name) => join(directory, name));
  let seen = "";
  let isClosed = false;
  let cancel = (): void => {};
  const look = async (use: (certificate: Certificate) => void): Promise<"same" | "used"> => {
    // Taken before reading: what changes in between is seen at the next look.
    const stamp = await stampOf(files);
    if (stamp === seen) return "same";
    seen = stamp;
    const [cert = "", key = ""] = await Promise.all(files.map((file) => readFile(file, "utf8")));
    use({ cert, key });
    return "used";
  };
  const lookAgain = async (use: (certificate: Certificate) => void): Promise<void> => {
    try {
      if ((await look(use)) === "used") logger.info({ directory }, "metrics have a new certificate");
    } catch (err) {
      logger.error({ directory, err }, "the new certificate of metrics cannot be used");
    }
    schedule(use);
  };
  const schedule = (use: (certificate: Certificate) => void): void => {
    if (!isClosed) cancel = clock.after(lookEveryMs, () => void lookAgain(use));
  };
  return {
    open: async (use) => {
      try {
        await look(use);
      } catch (cause) {
        throw new Error(`no certificate for metrics in ${directory}`, { cause });
      }
      schedule(use);
    },
    close: () => {
      isClosed = true;
      cancel();
    },
  };
}

/** What is another text after each change of the files, also one of a link on the way to them. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    try {
      const { ino, size, mtimeMs } = await stat(file);
      return `${ino} ${size} ${mtimeMs}`;
    } catch (error) {
      return String(error);
    }
  });
  return (await Promise.all(stamps)).join("\n");
}
