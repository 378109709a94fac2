import { type Admission, connectRedis, openAdmission, waitUntilReady } from '@holdfast/redis';

interface Place {
  readonly redisUrl: string;
  /** The namespace of the stack whose admission it is. */
  readonly prefix: string;
}

/** A look from outside, under a load that takes every core, may take longer than a booking waits. */
const timeoutMs = 2_000;
const connectTimeoutMs = 5_000;

/**
 * Opens the admission of a stack for the time of `work`, to look at it, and closes it whatever
 * happens. Throws AdmissionUnavailable where Redis does not answer.
 *
 * @example await withAdmission({ redisUrl, prefix }, (admission) => admission.inspect([eventId]))
 */
export async function withAdmission<T>(
  { redisUrl, prefix }: Place,
  work: (admission: Admission) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(redisUrl, 'admission');
  const admission = openAdmission({ redis, prefix, timeoutMs });
  try {
    await waitUntilReady(redis, connectTimeoutMs);
    return await work(admission);
  } finally {
    // And with it the connection.
    await admission.close();
  }
}
