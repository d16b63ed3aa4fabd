import { createHash } from "node:crypto";
import { bearerTokenOf, refusalOf, type Refusal, type Standing } from "../domain/admit-metrics-reader.ts";
import { limitedSignal } from "../kube/timing.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { AskAboutToken } from "./ask-api-server.ts";
import { createRememberedStandings } from "./remembered-standings.ts";
import { createTurnstile } from "./turnstile.ts";

/** Decides about each request for metrics by its Authorization header; undefined lets it through. Never rejects. */
export type AdmitReader = (authorization: string | undefined) => Promise<Refusal | undefined>;

/** Prometheus gives up after ten seconds, if nobody told it otherwise. */
const questionLimitMs = 5_000;

/** How many questions about unknown tokens may be under way: each holds a connection to the API server. */
export const unknownTokensAtOnce = 2;

/** What a flood of unknown tokens may cost the API server. Readers are few, and each asks once a minute. */
const unknownTokens = { concurrent: unknownTokensAtOnce, perSecond: 2, burst: 10 };

/** Who may read metrics, as the API server says it. Its answers are remembered for a while, equal questions are asked once, and
 * unknown tokens are turned away when too many of them come. */
export function createMetricsReaders(
  ask: AskAboutToken,
  { clock, logger }: { readonly clock: Pick<Clock, "monotonic" | "after">; readonly logger: Logger },
): AdmitReader {
  const monotonic = (): number => clock.monotonic();
  const remembered = createRememberedStandings(monotonic);
  const enter = createTurnstile(unknownTokens, monotonic);
  const underWay = new Map<string, Promise<Standing>>();

  const question = async (token: string, key: string): Promise<Standing> => {
    const limit = limitedSignal(undefined, { doing: "asking about a token", limitMs: questionLimitMs, timing: clock });
    try {
      const standing = await ask(token, limit.signal);
      remembered.note(key, standing);
      return standing;
    } catch (err) {
      logger.warn({ err }, "the API server did not say who may read metrics");
      return { kind: "unanswered" };
    } finally {
      limit.release();
    }
  };
  const standingOf = (token: string): Promise<Standing> | Standing => {
    const key = createHash("sha256").update(token).digest("base64");
    const known = remembered.recall(key) ?? underWay.get(key);
    if (known !== undefined) return known;
    // Who was let in before is not turned away because others come in crowds.
    const leave = remembered.wasAllowed(key) ? () => {} : enter();
    if (leave === undefined) return { kind: "postponed" };
    const asked = question(token, key).finally(() => {
      underWay.delete(key);
      leave();
    });
    underWay.set(key, asked);
    return asked;
  };
  return async (authorization) => {
    const token = bearerTokenOf(authorization);
    const standing: Standing = token === undefined ? { kind: "unauthenticated" } : await standingOf(token);
    const refusal = refusalOf(standing);
    if (refusal !== undefined) logger.debug({ status: refusal.status, reason: refusal.text }, "metrics were refused");
    return refusal;
  };
}
