import { createClient, type ClientOptions } from "../kube/client.ts";
import type { Transport } from "../kube/transport.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Security } from "../runtime/secure-server.ts";
import type { Logger } from "../runtime/logger.ts";
import { askThrough } from "./ask-api-server.ts";
import { createMetricsReaders } from "./metrics-readers.ts";
import { followMountedCertificate } from "./mounted-certificate.ts";
import { createOwnCertificate } from "./own-certificate.ts";

/** What it takes to serve metrics to those only who may read them. */
export interface MetricsAccess {
  /** Its own way to the API server, so that reconciles never wait for a place behind readers of metrics. */
  readonly transport: Transport;
  /** Directory with tls.crt and tls.key; absent: a certificate is made that nobody has signed. */
  readonly certificateDirectory?: string;
}

/** Twice in five seconds at most: Prometheus comes again. */
const attemptsMax = 2;

/** Metrics over https, for those whom the API server lets get /metrics. */
export function createMetricsSecurity(
  { transport, certificateDirectory }: MetricsAccess,
  options: Pick<ClientOptions, "random" | "fieldManager" | "observe"> & {
    readonly clock: Clock;
    readonly logger: Logger;
  },
): Security {
  const { clock, logger, ...rest } = options;
  const client = createClient(transport, { ...rest, timing: clock, attemptsMax });
  return {
    admit: createMetricsReaders(askThrough(client), { clock, logger }),
    certificates:
      certificateDirectory === undefined
        ? createOwnCertificate(clock)
        : followMountedCertificate(certificateDirectory, { clock, logger }),
  };
}
