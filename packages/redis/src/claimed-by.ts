import type { RedisConnection } from './connect-redis.ts';
import { AdmissionUnavailable } from './faults.ts';
import { deploymentKeyOf, requirePrefix } from './keys.ts';
import { within } from './within.ts';

const readTimeoutMs = 1_000;

/**
 * Which database's processes work under this prefix, as `readIdentity` names it; `null`: none do. It claims
 * nothing.
 *
 * @throws RangeError for what is no prefix; AdmissionUnavailable where Redis cannot be asked
 */
export async function claimedBy(redis: RedisConnection, prefix: string): Promise<string | null> {
  requirePrefix(prefix);
  try {
    return await within(readTimeoutMs, () => redis.get(deploymentKeyOf(prefix)));
  } catch (error) {
    throw new AdmissionUnavailable(error);
  }
}
