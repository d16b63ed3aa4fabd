import type { ProviderCall, ProviderHttp } from "./provider-http.ts";

/** What differs from call to call. */
export type Call = Pick<ProviderCall, "method" | "path" | "doing" | "body">;

/** Makes calls of one account. */
export type Send = (call: Call) => Promise<unknown>;

/** Calls to one provider as one account, until the signal aborts. */
export function callsAs(
  http: ProviderHttp,
  who: Pick<ProviderCall, "apiUrl" | "headers" | "account" | "secrets">,
  signal: AbortSignal,
): Send {
  const { host } = new URL(who.apiUrl);
  return (call) => http.send({ ...who, ...call, doing: `${call.doing} at ${host}` }, signal);
}
