import { Client } from "undici";
import { parseMetrics, valueOf } from "./metrics-page.ts";

/** How many bytes etcd has written to its log so far: every write of every object, with what surrounds it. */
export async function bytesWritten(socket: string): Promise<number> {
  const etcd = new Client("http://etcd", { socketPath: socket });
  try {
    const { body } = await etcd.request({ path: "/metrics", method: "GET" });
    return valueOf(parseMetrics(await body.text()), "etcd_disk_wal_write_bytes_total");
  } finally {
    await etcd.close();
  }
}
