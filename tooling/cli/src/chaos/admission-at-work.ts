import { readMetrics, type Sample, sumOf } from '../metrics.ts';
import type { Stack } from '../stack.ts';

/** What the api processes say of their admission. */
export interface AdmissionAtWork {
  /** Every process has Redis' answer to go by. */
  readonly isUp: boolean;
  /** Refusals since the processes began that did not reach PostgreSQL. */
  readonly refusedEarlyCount: number;
}

/** Asks every api process. One that does not answer is not up, and has refused nobody. */
export async function readAdmission({ inside }: Stack): Promise<AdmissionAtWork> {
  const read = inside
    .apiAdminUrls()
    .map((url) => readMetrics(url, inside.adminToken).catch((): readonly Sample[] => []));
  const processes = await Promise.all(read);
  const early = ['memory', 'redis'].map((by) =>
    sumOf(processes.flat(), 'holdfast_refusals_total', { reason: 'sold_out', by }),
  );
  return {
    isUp: processes.every((samples) => sumOf(samples, 'holdfast_admission_up') === 1),
    refusedEarlyCount: early.reduce((sum, count) => sum + count, 0),
  };
}
