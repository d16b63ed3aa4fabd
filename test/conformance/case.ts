import type { Api } from "./api.ts";

/** One behaviour of an API server, shown by what a few calls answer. */
export interface ConformanceCase {
  /** A sentence about the API server. */
  readonly name: string;
  /** What is compared between the real server and the simulated one. */
  run(api: Api): Promise<unknown>;
}
