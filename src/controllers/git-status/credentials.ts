import { isSameRepository, type GitTarget } from "../../domain/git-target.ts";
import { apiUrlOf, belongsToGitHub } from "../../git-status/api-urls.ts";
import type { Access, AppCredentials } from "../../git-status/reporter.ts";
import { isKubeError, KubeError } from "../../kube/errors.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import { credentialResources, type Repository, type Secret } from "./credential-kinds.ts";
import type { GitStatusSettings } from "./services.ts";

/** How a git provider lets us in, or why it cannot be tried. */
export type FoundAccess =
  | { readonly kind: "access"; readonly access: Access; readonly muted: boolean }
  | { readonly kind: "missing"; readonly problem: string };

/** Finds credentials. They are read when they are needed, kept for a minute, and never watched. */
export interface Credentials {
  accessTo(target: GitTarget, namespace: string, signal: AbortSignal): Promise<FoundAccess>;
  /** The GitHub App's, if there are any. */
  app(signal: AbortSignal): Promise<AppCredentials | undefined>;
  /** What is kept is read anew next time, because a provider did not accept it. */
  forget(): void;
}

const keptMs = 60_000;
const keptMax = 200;
/** Where Pipelines-as-Code looks when a Repository does not name a key. */
const tokenKeyDefault = "provider.token";

/** Reads through the operator's client, so that what it may read is what its rights say. */
export function createCredentials(
  env: Pick<Environment, "client" | "clock">,
  settings: GitStatusSettings,
): Credentials {
  const repositories = keeping(env.clock, (namespace, signal) => listRepositories(env, namespace, signal));
  const secrets = keeping(env.clock, async (name, signal) => {
    const [namespace = "", own = ""] = name.split("/");
    return env.client.get<Secret>(credentialResources.secret, { namespace, name: own }, signal);
  });
  const read = (key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined> =>
    secrets.get(`${key.namespace}/${key.name}`, signal);
  const app = async (signal: AbortSignal): Promise<AppCredentials | undefined> =>
    appIn(settings, await read(settings.appSecret, signal));
  return {
    app,
    accessTo: async (target, namespace, signal) => {
      try {
        const known = await repositories.get(namespace, signal);
        const repository = known.find(({ spec }) => isSameRepository(spec?.url ?? "", target.url));
        // The Repository is what ties a namespace to a repository: without it, anybody could report anywhere.
        if (repository === undefined)
          return missing(`no Repository in namespace ${namespace} has the url ${target.url}`);
        const muted = repository.spec?.settings?.[target.provider]?.comment_strategy === "disable_all";
        const access =
          target.provider === "github" && target.installation !== undefined
            ? appAccess(settings, target, target.installation, await app(signal))
            : await tokenAccess(target, repository, (name) => read({ namespace, name }, signal));
        return typeof access === "string" ? missing(access) : { kind: "access", access, muted };
      } catch (error) {
        return missing(refusalOf(error));
      }
    },
    forget: () => {
      repositories.clear();
      secrets.clear();
    },
  };
}

function missing(problem: string): FoundAccess {
  return { kind: "missing", problem };
}

function appAccess(
  { appSecret, gitHubApiUrl }: GitStatusSettings,
  target: GitTarget,
  installation: number,
  app: AppCredentials | undefined,
): Access | string {
  if (!belongsToGitHub(gitHubApiUrl, target))
    return `${target.origin} is not where the GitHub App is (${gitHubApiUrl})`;
  if (app !== undefined) return { kind: "app", apiUrl: gitHubApiUrl, app, installation };
  return `Secret ${appSecret.namespace}/${appSecret.name} does not hold ${appSecret.idKey} and ${appSecret.privateKeyKey}`;
}

function appIn({ appSecret }: GitStatusSettings, secret: Secret | undefined): AppCredentials | undefined {
  const [id, privateKey] = [textIn(secret, appSecret.idKey), textIn(secret, appSecret.privateKeyKey)];
  return /^\d+$/.test(id) && privateKey !== "" ? { id, privateKey } : undefined;
}

async function tokenAccess(
  target: GitTarget,
  { metadata, spec }: Repository,
  read: (secret: string) => Promise<Secret | undefined>,
): Promise<Access | string> {
  const { url, secret } = spec?.git_provider ?? {};
  if (secret?.name === undefined) return `Repository ${metadata.name} names no Secret with a token`;
  const api = apiUrlOf(target, url === "" ? undefined : url);
  if ("problem" in api) return api.problem;
  const key = secret.key || tokenKeyDefault;
  const token = textIn(await read(secret.name), key);
  if (token === "") return `Secret ${secret.name} does not hold ${key}`;
  return { kind: "token", apiUrl: api.url, token, account: `${metadata.namespace ?? ""}/${secret.name}/${key}` };
}

function textIn(secret: Secret | undefined, key: string): string {
  return Buffer.from(secret?.data?.[key] ?? "", "base64")
    .toString("utf8")
    .trim();
}

async function listRepositories(
  { client }: Pick<Environment, "client">,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Repository[]> {
  const found: Repository[] = [];
  let next: string | undefined;
  do {
    const page = await client.list<Repository>(
      credentialResources.repository,
      { namespace, limit: 500, ...(next === undefined ? {} : { continue: next }) },
      signal,
    );
    found.push(...page.items);
    next = page.continue;
  } while (next !== undefined);
  return found;
}

/** What a person can mend is a problem to be told; anything else is an error like every other. */
function refusalOf(error: unknown): string {
  if (isKubeError(error, "Forbidden")) return error.message;
  if (error instanceof KubeError && error.kind === "NotFound")
    return "kind Repository of Pipelines-as-Code is not served here";
  throw error;
}

interface Kept<T> {
  get(name: string, signal: AbortSignal): Promise<T>;
  clear(): void;
}

function keeping<T>(clock: Environment["clock"], read: (name: string, signal: AbortSignal) => Promise<T>): Kept<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get: async (name, signal) => {
      const known = kept.get(name);
      if (known !== undefined && known.until > clock.monotonic()) return known.value;
      const value = await read(name, signal);
      if (kept.size >= keptMax) kept.clear();
      kept.set(name, { value, until: clock.monotonic() + keptMs });
      return value;
    },
    clear: () => kept.clear(),
  };
}
