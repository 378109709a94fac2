import { setTimeout } from 'node:timers';
import { addressOf } from '@holdfast/server-urls';
import type { RedisConnection } from './connect-redis.ts';
import { AdmissionUnavailable, PrefixTaken } from './faults.ts';
import { deploymentKeyOf } from './keys.ts';
import { within } from './within.ts';

/** Who works under a prefix: all processes of one database. */
export interface Deployment {
  readonly prefix: string;
  /** Which database it is, as PostgreSQL says. Rejects while PostgreSQL cannot be asked. */
  readonly identify: () => Promise<string>;
}

/** A claim outlives its last process by this: then another database may have the prefix. */
const claimDurationMs = 30_000;
const defaultEveryMs = 10_000;
const claimTimeoutMs = 1_000;

/**
 * Claims the prefix for this database. Two deployments under one prefix would run each other's jobs,
 * and refuse by each other's events.
 *
 * Where PostgreSQL cannot be asked, nothing is claimed: `watchDeployment` does it later.
 *
 * @throws PrefixTaken, with the fix, where processes of another database have it; AdmissionUnavailable
 *   where Redis cannot be asked
 */
export async function expectOwnPrefix(
  redis: RedisConnection,
  url: string,
  deployment: Deployment,
): Promise<void> {
  const identity = await deployment.identify().catch(() => null);
  if (identity === null) return;
  if (!(await claim(redis, deployment.prefix, identity))) {
    throw new PrefixTaken(deployment.prefix, addressOf(url));
  }
}

export interface DeploymentWatch {
  close(): void;
}

/**
 * Renews the claim every `everyMs` (10 s unless told otherwise), and calls back when the prefix turns
 * out to be another database's (both were started while Redis was away, say), and when it is not any
 * more. What cannot be asked changes nothing.
 *
 * @example const watch = watchDeployment(redis, { prefix, identify, onChange: (isTaken) => … })
 */
export function watchDeployment(
  redis: RedisConnection,
  {
    everyMs = defaultEveryMs,
    prefix,
    identify,
    onChange,
  }: Deployment & { readonly everyMs?: number; readonly onChange: (isTaken: boolean) => void },
): DeploymentWatch {
  let wasTaken = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const isOurs = await identify()
      .then((identity) => claim(redis, prefix, identity))
      .catch(() => null);
    if (isOver) return;
    if (isOurs !== null && isOurs === wasTaken) {
      wasTaken = !isOurs;
      onChange(wasTaken);
    }
    timer = setTimeout(() => void look(), everyMs).unref();
  };
  void look();
  return {
    close: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Is the prefix this database's, from now on or still? */
async function claim(redis: RedisConnection, prefix: string, identity: string): Promise<boolean> {
  const key = deploymentKeyOf(prefix);
  try {
    return await within(claimTimeoutMs, async () => {
      const isNew = await redis.set(key, identity, 'PX', claimDurationMs, 'NX');
      if (isNew !== null) return true;
      if ((await redis.get(key)) !== identity) return false;
      await redis.pexpire(key, claimDurationMs);
      return true;
    });
  } catch (error) {
    throw new AdmissionUnavailable(error);
  }
}
