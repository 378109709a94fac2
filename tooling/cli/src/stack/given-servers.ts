import { awayHint, messageOf } from '@holdfast/command';
import { withDatabase } from '../servers/database.ts';
import { withRedis } from '../servers/redis.ts';

/** The servers that the environment names; `null` where it names none. */
interface GivenServers {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
}

/**
 * Throws, within seconds, where a given server does not answer. The message has a line for each of
 * them: its variable, why, and the fix.
 *
 * @example
 * // REDIS_URL: connect ECONNREFUSED 127.0.0.1:1. Is it running, and is its URL right?
 */
export async function expectAnswers({ databaseUrl, redisUrl }: GivenServers): Promise<void> {
  const pingDatabase = (url: string) => withDatabase({ url }, (database) => database.ping());
  const pingRedis = (url: string) =>
    withRedis(url, (masters) => Promise.all(masters.map((redis) => redis.ping())));
  const problems = await Promise.all([
    databaseUrl && problemOf('DATABASE_URL', pingDatabase(databaseUrl)),
    redisUrl && problemOf('REDIS_URL', pingRedis(redisUrl)),
  ]);
  const told = problems.filter(Boolean);
  if (told.length > 0) throw new Error(told.join('\n'));
}

async function problemOf(variable: string, answered: Promise<unknown>): Promise<string | null> {
  try {
    await answered;
    return null;
  } catch (error) {
    return `${variable}: ${messageOf(rootOf(error))}. ${awayHint}`;
  }
}

/** The innermost cause: what the network or the server said. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}
