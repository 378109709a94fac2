import type { Admitted, Ask } from '@holdfast/admission';
import { AdmissionLane, type LaneOptions } from './admission-lane.ts';
import { Fault } from '../http/faults.ts';
import type { AdmissionCalls } from './metered-admission.ts';

export type LaneLimits = Pick<
  LaneOptions,
  'askCountMax' | 'waitingCountMax' | 'probeCountMin' | 'probeCountMax' | 'retryAfterMs'
> & {
  /** Events with anything waiting or in flight, at most. */
  readonly eventCountMax: number;
};

interface LanesOptions {
  readonly admission: Pick<AdmissionCalls, 'admit' | 'release'>;
  readonly limits: LaneLimits;
  /** Hears every answer, with the time (`performance.now()`) at which it had been asked for. */
  readonly onAdmitted: (eventId: string, admitted: Admitted, sentAtMs: number) => void;
  readonly onProbe: () => void;
}

/** The lanes of all events that have anything waiting or in flight. Idle ones are forgotten. */
export interface Lanes {
  /** The event's lane; a new one where it has none. Fault: `overloaded`, with too many events. */
  at(eventId: string): AdmissionLane;
  find(eventId: string): AdmissionLane | undefined;
  /** Resolves when every lane is forgotten. */
  idle(): Promise<void>;
  readonly eventCount: number;
}

/** @example const lanes = createLanes({ admission, limits, onAdmitted, onProbe }) */
export function createLanes(options: LanesOptions): Lanes {
  const { limits } = options;
  const byEvent = new Map<string, AdmissionLane>();
  let idleWaiters: (() => void)[] = [];

  function forget(eventId: string, lane: AdmissionLane): void {
    if (byEvent.get(eventId) !== lane) return;
    byEvent.delete(eventId);
    if (byEvent.size > 0) return;
    for (const wake of idleWaiters) wake();
    idleWaiters = [];
  }

  return {
    at(eventId) {
      const known = byEvent.get(eventId);
      if (known !== undefined) return known;
      if (byEvent.size >= limits.eventCountMax) {
        throw new Fault('overloaded', { retryAfterMs: limits.retryAfterMs });
      }
      const lane: AdmissionLane = openLane(options, eventId, () => forget(eventId, lane));
      byEvent.set(eventId, lane);
      return lane;
    },
    find: (eventId) => byEvent.get(eventId),
    async idle() {
      if (byEvent.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      idleWaiters.push(resolve);
      await promise;
    },
    get eventCount() {
      return byEvent.size;
    },
  };
}

function openLane(options: LanesOptions, eventId: string, onIdle: () => void): AdmissionLane {
  const { admission, limits, onAdmitted, onProbe } = options;
  return new AdmissionLane({
    ...limits,
    admit: (asks) => admission.admit(eventId, asks),
    release: (leases) => releaseAll(options, eventId, leases),
    onAdmitted: (admitted, sentAtMs) => onAdmitted(eventId, admitted, sentAtMs),
    onProbe,
    onIdle,
  });
}

/** What cannot be released lapses by itself. */
async function releaseAll(
  { admission, limits: { askCountMax } }: LanesOptions,
  eventId: string,
  leases: readonly Ask[],
): Promise<void> {
  try {
    for (let start = 0; start < leases.length; start += askCountMax) {
      await admission.release(eventId, leases.slice(start, start + askCountMax));
    }
  } catch {
    // Redis is away: see the log of its outage.
  }
}
