import { type Admission, AdmissionUnavailable } from '@holdfast/redis';
import type { Logger } from '@holdfast/process';
import type { RedisMetrics, Script } from '../metrics/redis-metrics.ts';

/** What is called on behalf of commands. */
export type AdmissionCalls = Pick<Admission, 'ask' | 'settle'>;

/**
 * The same admission, with its calls counted. That Redis is away is logged once, by who watches its
 * health; anything else that a call throws is a bug, which no caller hears of, so it is logged here.
 *
 * @example const calls = meterAdmission(admission, { metrics, logger })
 */
export function meterAdmission(
  admission: AdmissionCalls,
  { metrics, logger }: { readonly metrics: RedisMetrics; readonly logger: Logger },
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
    ask: (eventId, fence) => count('ask', () => admission.ask(eventId, fence)),
    settle: (eventId, settlement) => count('settle', () => admission.settle(eventId, settlement)),
  };
}
