import { randomBytes } from 'node:crypto';
import { rulesFor } from '@holdfast/testing/documented-acl';
import { withRedis } from '../src/servers/redis.ts';

/** A user of a test's own, with the documented rights over its own prefix. */
export interface OwnUser extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** What Redis has refused it, as `reason: object`. */
  refusals(): Promise<readonly string[]>;
}

/** Makes a user in every node of a Redis; it goes away when it is disposed of. */
export async function makeUser(
  redisUrl: string,
  { rules, prefix }: { readonly rules: readonly string[]; readonly prefix: string },
): Promise<OwnUser> {
  const name = `user_${randomBytes(8).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const own = rulesFor(rules, prefix);
  await withRedis(redisUrl, (masters) =>
    Promise.all(masters.map((one) => one.call('ACL', 'SETUSER', name, `>${password}`, ...own))),
  );
  return {
    name,
    url: Object.assign(new URL(redisUrl), { username: name, password }).href,
    refusals: () => refusalsOf(redisUrl, name),
    [Symbol.asyncDispose]: () =>
      withRedis(redisUrl, async (masters) => {
        await Promise.all(masters.map((one) => one.call('ACL', 'DELUSER', name)));
      }),
  };
}

async function refusalsOf(redisUrl: string, name: string): Promise<readonly string[]> {
  const logs = await withRedis(redisUrl, (masters) =>
    Promise.all(masters.map((one) => one.call('ACL', 'LOG', '100'))),
  );
  const entries = (logs as unknown[][][]).flat().map((entry) => {
    const pairs = Array.from({ length: entry.length / 2 }, (_, index) =>
      entry.slice(index * 2, index * 2 + 2),
    );
    return Object.fromEntries(pairs) as Record<string, string>;
  });
  return (
    entries
      // The dashboard asks who works on the queue, and does without an answer.
      .filter(({ username, object }) => username === name && object !== 'client|list')
      .map(({ reason, object }) => `${reason}: ${object}`)
  );
}
