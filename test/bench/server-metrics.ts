import type { Transport } from "../../src/kube/transport.ts";
import { readText } from "./limit/tape.ts";
import { parseMetrics, valueOf } from "./metrics-page.ts";

/** User and system time that the API server, with its etcd, has used so far. */
export async function serverCpuMs(transport: Transport): Promise<number> {
  const { signal } = new AbortController();
  const answer = await transport.request({ method: "GET", path: "/metrics", headers: {}, signal, longLived: false });
  return valueOf(parseMetrics(await readText(answer.body)), "process_cpu_seconds_total") * 1000;
}
