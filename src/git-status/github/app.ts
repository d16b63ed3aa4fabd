import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { ProviderError } from "../provider-error.ts";
import type { ProviderHttp } from "../provider-http.ts";
import type { AppAccess, AppCredentials } from "../reporter.ts";
import { gitHubHeaders, hostOf } from "./api.ts";

/** GitHub Apps: their proof of identity, and the short-lived tokens they get for it. */
export interface GitHubApps {
  /** A token that may write checks in one repository and nothing else. */
  token(access: AppAccess, repository: string, signal: AbortSignal): Promise<string>;
  isAvailable(apiUrl: string, app: AppCredentials, signal: AbortSignal): Promise<boolean>;
  forget(app: AppCredentials, installation: number): void;
}

interface Kept {
  readonly token: string;
  readonly untilMs: number;
}

/** GitHub allows ten minutes; clocks differ. */
const proofAgeS = 9 * 60;
const clockSkewS = 60;
/** A token is not used in its last minutes, so that it does not expire on the way. */
const tokenReserveMs = 5 * 60_000;
const tokensMax = 500;

/** The tokens of all installations are kept in memory until shortly before they expire. */
export function createGitHubApps(http: ProviderHttp, now: () => number): GitHubApps {
  const kept = new Map<string, Kept>();
  return {
    token: async (access, repository, signal) => {
      const key = `${keyOf(access.app, access.installation)}${repository}`;
      const known = kept.get(key);
      if (known !== undefined && known.untilMs > now()) return known.token;
      const fresh = await requestToken(http, access, { repository, now }, signal);
      if (kept.size >= tokensMax) kept.clear();
      kept.set(key, fresh);
      return fresh.token;
    },
    isAvailable: async (apiUrl, app, signal) => {
      const proof = await proofOf(app, now());
      const call = { method: "GET", apiUrl, path: "/app", doing: `get the GitHub App at ${hostOf(apiUrl)}` } as const;
      try {
        await http.send(
          { ...call, headers: gitHubHeaders(proof), account: `app ${app.id}`, secrets: [proof, app.privateKey] },
          signal,
        );
        return true;
      } catch (error) {
        if (error instanceof ProviderError) return false;
        throw error;
      }
    },
    forget: (app, installation) => {
      for (const key of kept.keys()) if (key.startsWith(keyOf(app, installation))) kept.delete(key);
    },
  };
}

function keyOf(app: AppCredentials, installation: number): string {
  return `${app.id}/${String(installation)}/`;
}

async function requestToken(
  http: ProviderHttp,
  { apiUrl, app, installation }: AppAccess,
  { repository, now }: { readonly repository: string; readonly now: () => number },
  signal: AbortSignal,
): Promise<Kept> {
  const proof = await proofOf(app, now());
  const doing = `get a token of installation ${String(installation)} of the GitHub App at ${hostOf(apiUrl)}`;
  const answer = (await http.send(
    {
      method: "POST",
      apiUrl,
      path: `/app/installations/${String(installation)}/access_tokens`,
      headers: gitHubHeaders(proof),
      body: { repositories: [repository], permissions: { checks: "write" } },
      doing,
      account: `app ${app.id}`,
      secrets: [proof, app.privateKey],
    },
    signal,
  )) as { readonly token?: unknown; readonly expires_at?: unknown } | undefined;
  const [token, untilMs] = [answer?.token, Date.parse(String(answer?.expires_at)) - tokenReserveMs];
  if (typeof token !== "string" || token === "")
    throw new ProviderError({ kind: "unavailable", status: 0, message: `${doing}: the answer holds no token` });
  return { token, untilMs: Number.isFinite(untilMs) ? untilMs : 0 };
}

/** A JSON Web Token by which GitHub knows the App. */
async function proofOf({ id, privateKey }: AppCredentials, nowMs: number): Promise<string> {
  const nowS = Math.floor(nowMs / 1000);
  const claims = new SignJWT()
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(id)
    .setIssuedAt(nowS - clockSkewS)
    .setExpirationTime(nowS + proofAgeS - clockSkewS);
  try {
    return await claims.sign(createPrivateKey(privateKey));
  } catch {
    // What the library says of a key that it cannot read is of no use, and might hold some of it.
    throw new ProviderError({
      kind: "rejected",
      status: 0,
      message: `the private key of GitHub App ${id} is not an RSA key in PEM`,
    });
  }
}
