import { type Admission, admissionLimits } from '@holdfast/admission';

/** The events that got leases from this process, for whoever reconciles. */
export interface ActiveEvents {
  note(eventId: string): void;
  stop(): void;
}

/** Often enough for a reconciliation every 10 s, and one call for all events. */
const flushEveryMs = 1_000;

/** Events that are noted in one second, at most. The rest are found in PostgreSQL, by their change. */
const notedCountMax = 10_000;

/**
 * Collects ids and notes them in Redis once a second. What cannot be noted is dropped: reconciling
 * finds it by its change in PostgreSQL, too.
 *
 * @example
 * const active = keepActiveEvents(admission);
 * active.note(eventId);
 */
export function keepActiveEvents(admission: Pick<Admission, 'noteActive'>): ActiveEvents {
  let eventIds = new Set<string>();

  async function flush(): Promise<void> {
    const noted = [...eventIds];
    eventIds = new Set();
    const { eventCountMax: callSize } = admissionLimits;
    for (let start = 0; start < noted.length; start += callSize) {
      await admission.noteActive(noted.slice(start, start + callSize));
    }
  }

  const timer = setInterval(() => void flush().catch(() => {}), flushEveryMs);
  return {
    note(eventId) {
      if (eventIds.size < notedCountMax) eventIds.add(eventId);
    },
    stop: () => clearInterval(timer),
  };
}
