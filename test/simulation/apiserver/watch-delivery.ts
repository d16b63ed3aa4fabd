import type { Clock, Random } from "../../../src/runtime/clock.ts";
import { expired } from "./api-error.ts";
import { connectionReset, type BodyChannel } from "./body-channel.ts";
import type { WatchFaults } from "./fault.ts";
import type { JsonObject } from "./json.ts";
import { between } from "./seeded-random.ts";

/** The way from the server to one watcher: in order, but as late and as unreliable as the faults say. */
export interface Delivery {
  readonly send: (event: JsonObject) => void;
  readonly end: () => void;
  /** Forgets what is still on its way. */
  readonly stop: () => void;
}

/** Makes the way to one watcher. */
export function createDelivery(clock: Clock, random: Random, channel: BodyChannel, faults: WatchFaults): Delivery {
  const pending = new Set<() => void>();
  let lastDue = 0;
  let sent = 0;
  let silent = false;
  let losing = false;

  const later = (delayMs: number, run: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      run();
    });
    pending.add(cancel);
  };
  // Order is kept: nothing is due before what was sent earlier.
  const inOrder = (run: () => void): void => {
    const delayMs = faults.delayMs === undefined ? 0 : between(random, faults.delayMs);
    const due = Math.max(lastDue, clock.monotonic() + delayMs);
    lastDue = due;
    if (due <= clock.monotonic() && pending.size === 0) run();
    else later(due - clock.monotonic(), run);
  };
  const deliver = (event: JsonObject): void => {
    if (silent || losing) return;
    sent++;
    const line = JSON.stringify(event);
    channel.write(`${sent === faults.garbleEvent ? line.slice(0, line.length / 2) : line}\n`);
    if (sent === faults.resetAfterEvents) channel.fail(connectionReset());
    if (sent === faults.silentAfterEvents) silent = true;
  };
  const breakOff = (): void => {
    if (silent) return;
    channel.write(`${JSON.stringify({ type: "ERROR", object: expired("too old resource version").toStatus() })}\n`);
    channel.end();
  };
  if (faults.resetAfterMs !== undefined) later(faults.resetAfterMs, () => channel.fail(connectionReset()));
  if (faults.expireAfterMs !== undefined) {
    later(Math.max(0, faults.expireAfterMs - (faults.gapBeforeExpiryMs ?? 0)), () => (losing = true));
    later(faults.expireAfterMs, breakOff);
  }
  if (faults.silentAfterMs !== undefined) later(faults.silentAfterMs, () => (silent = true));
  return {
    send: (event) => inOrder(() => deliver(event)),
    end: () => (silent ? undefined : inOrder(() => channel.end())),
    stop: () => {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
