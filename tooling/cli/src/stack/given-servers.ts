import { messageOf } from './failure.ts';
import { withRedis } from './redis.ts';
import { awayHint } from './tell-failure.ts';
import { withDatabase } from './with-database.ts';

/** The servers that the environment names; `null` where it names none. */
export interface GivenServers {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
}

/**
 * Throws, within seconds, where a given server does not answer. The message has a line for each of
 * them: its variable, why, and the mend.
 *
 * @example
 * // REDIS_URL: connect ECONNREFUSED 127.0.0.1:1. Is it running, and is its URL right?
 */
export async function expectAnswers({ databaseUrl, redisUrl }: GivenServers): Promise<void> {
  const problems = await Promise.all([
    problemOf('DATABASE_URL', databaseUrl, (url) =>
      withDatabase({ url }, (database) => database.ping()),
    ),
    problemOf('REDIS_URL', redisUrl, (url) =>
      withRedis(url, (masters) => Promise.all(masters.map((redis) => redis.ping()))),
    ),
  ]);
  const told = problems.filter((problem) => problem !== null);
  if (told.length > 0) throw new Error(told.join('\n'));
}

async function problemOf(
  variable: string,
  url: string | null,
  ask: (url: string) => Promise<unknown>,
): Promise<string | null> {
  if (url === null) return null;
  try {
    await ask(url);
    return null;
  } catch (error) {
    return `${variable}: ${messageOf(rootOf(error))}. ${awayHint}`;
  }
}

/** The innermost cause: what the network or the server said. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}
