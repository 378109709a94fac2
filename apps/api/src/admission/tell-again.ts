import { setTimeout as pause } from 'node:timers/promises';
import type { AdmissionCalls } from './metered-admission.ts';

/** What Redis should be told when it is back. */
export interface RepeatedCalls extends AdmissionCalls {
  /** Resolves when nothing is left to tell. */
  idle(): Promise<void>;
}

/** Pauses before a call is made again. After the last, what it was about lapses in Redis (5 s). */
const pausesMs = [100, 300, 1_000];

/** Calls that wait to be made again, at most. More are left to lapse. */
const owedCountMax = 2_000;

/**
 * The same calls; a settlement or a release that fails is also told again in the background, so that
 * a connection that was cut leaves no lease behind. Both may be repeated without harm: a lease is
 * dropped once, and an older version changes nothing.
 *
 * @example const calls = tellAgain(meterAdmission(admission, { metrics, logger }))
 */
export function tellAgain(calls: AdmissionCalls): RepeatedCalls {
  const owed = new Set<Promise<void>>();

  async function tellLater(call: () => Promise<unknown>): Promise<void> {
    for (const pauseMs of pausesMs) {
      await pause(pauseMs);
      const isTold = await call().then(
        () => true,
        () => false,
      );
      if (isTold) return;
    }
  }

  async function tell<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (owed.size < owedCountMax) {
        const telling = tellLater(call).finally(() => owed.delete(telling));
        owed.add(telling);
      }
      throw error;
    }
  }

  return {
    admit: calls.admit,
    settle: (eventId, settlement) => tell(() => calls.settle(eventId, settlement)),
    release: (eventId, leases) => tell(() => calls.release(eventId, leases)),
    async idle() {
      while (owed.size > 0) await Promise.all(owed);
    },
  };
}
