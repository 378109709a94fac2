import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { withRedis } from '../src/servers/redis.ts';

/** Who docs/operations.md makes a Redis user for. */
export type AclUser = 'holdfast_api' | 'holdfast_worker';

const operations = new URL('../../../docs/operations.md', import.meta.url);

/** The rules that docs/operations.md gives a user, without the password. */
export function documentedRules(user: AclUser): readonly string[] {
  const text = readFileSync(operations, 'utf8').replaceAll(/ \\\n\s+/g, ' ');
  const line = text.split('\n').find((one) => one.startsWith(`ACL SETUSER ${user} `));
  if (line === undefined) throw new Error(`docs/operations.md has no ACL line of ${user}.`);
  return line
    .split(' ')
    .slice(3)
    .filter((rule) => !rule.startsWith('>'));
}

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
  const own = rules.map((rule) => rule.replace(/(?<=^~\{?)holdfast\b/, prefix));
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
