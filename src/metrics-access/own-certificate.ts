import type { Clock } from "../runtime/clock.ts";
import type { Certificates } from "../runtime/secure-server.ts";

/** A certificate that is made at the start, for this process alone. What makes it is loaded only when it is to be made. */
export function createOwnCertificate(clock: Pick<Clock, "now">): Certificates {
  return {
    open: async (use) => {
      const { makeSelfSigned } = await import("./self-signed.ts");
      use(makeSelfSigned("integration-service", clock.now()));
    },
    close: () => {},
  };
}
