import type { Clock } from "../../../src/runtime/clock.ts";
import { limitedSignal } from "../../../src/kube/timing.ts";
import type { TransportRequest, TransportResponse } from "../../../src/kube/transport.ts";
import { refusal, type Answer } from "./answer.ts";
import { connectionReset, wholeBody } from "./body-channel.ts";
import type { Fault } from "./fault.ts";

/** Carries one ordinary call to the server and back, with what goes wrong on the way. */
export async function exchange(
  clock: Clock,
  request: TransportRequest,
  fault: Fault | undefined,
  act: () => Answer,
): Promise<TransportResponse> {
  request.signal.throwIfAborted();
  if (fault === undefined) {
    await travel(request.signal);
    return respond(act());
  }
  return misbehave(clock, request.signal, fault, act);
}

async function misbehave(
  clock: Clock,
  signal: AbortSignal,
  fault: Fault,
  act: () => Answer,
): Promise<TransportResponse> {
  switch (fault.kind) {
    case "staleList":
    case "watch":
      await travel(signal);
      return respond(act());
    case "status":
      await travel(signal);
      return respond(refusal(fault.code, fault.retryAfterSeconds));
    case "resetBefore":
      await travel(signal);
      throw connectionReset();
    case "resetAfter":
      act();
      await travel(signal);
      throw connectionReset();
    case "hangBefore":
      return hang(clock, signal);
    case "hangAfter":
      act();
      return hang(clock, signal);
    case "truncated":
      return breakOff(act());
    case "delay": {
      await clock.sleep(fault.ms / 2, signal);
      const answer = act();
      await clock.sleep(fault.ms / 2, signal);
      return respond(answer);
    }
  }
}

/** Even the fastest call lets others run first. */
async function travel(signal: AbortSignal): Promise<void> {
  await Promise.resolve();
  signal.throwIfAborted();
}

function respond({ status, headers, body }: Answer): TransportResponse {
  return { status, headers, body: wholeBody(body) };
}

/** As long as a real transport waits for an answer. */
const answerLimitMs = 30_000;

async function hang(clock: Clock, signal: AbortSignal): Promise<never> {
  const limit = limitedSignal(signal, {
    doing: "waiting for the simulated API server",
    limitMs: answerLimitMs,
    timing: clock,
  });
  try {
    return await new Promise<never>((_resolve, reject) => {
      limit.signal.addEventListener("abort", () => reject(limit.signal.reason as Error), { once: true });
    });
  } finally {
    limit.release();
  }
}

function breakOff({ status, headers, body }: Answer): TransportResponse {
  const half = async function* (): AsyncGenerator<Uint8Array> {
    yield* wholeBody(body.slice(0, body.length / 2));
    throw connectionReset();
  };
  return { status, headers, body: half() };
}
