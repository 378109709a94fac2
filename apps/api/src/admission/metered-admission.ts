import { type Admission, AdmissionUnavailable } from '@holdfast/admission';
import type { Logger } from '@holdfast/process';
import type { AdmissionMetrics, Script } from './admission-metrics.ts';

interface MeterOptions {
  readonly metrics: AdmissionMetrics;
  readonly logger: Logger;
}

/** What the api calls on behalf of commands. */
export type AdmissionCalls = Pick<Admission, 'admit' | 'settle' | 'release'>;

/**
 * The same admission, with its calls counted. That Redis is away is logged once, by who watches its
 * health; anything else that a call throws is a bug, which no caller hears of, so it is logged here.
 *
 * @example const calls = meterAdmission(admission, { metrics, logger })
 */
export function meterAdmission(
  admission: AdmissionCalls,
  { metrics, logger }: MeterOptions,
): AdmissionCalls {
  async function count<T>(script: Script, call: () => Promise<T>): Promise<T> {
    const { ok, unavailable } = metrics.calls[script];
    try {
      const answer = await call();
      ok.inc();
      return answer;
    } catch (error) {
      unavailable.inc();
      if (!(error instanceof AdmissionUnavailable)) {
        logger.error({ err: error, script }, 'a call of admission failed');
      }
      throw error;
    }
  }

  return {
    admit: (eventId, asks) => count('admit', () => admission.admit(eventId, asks)),
    settle: (eventId, settlement) => count('settle', () => admission.settle(eventId, settlement)),
    release: (eventId, leases) => count('release', () => admission.release(eventId, leases)),
  };
}
