import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A rule that is taken out of a script of packages/redis: this part of its source becomes that. */
export interface Removal {
  readonly script: 'ask-1' | 'settle-1';
  readonly rule: string;
  readonly without: string;
}

type Arguments = readonly (string | number)[];

/** What is needed of an ioredis client, of one server or of a cluster. */
interface ScriptRunner {
  evalsha(sha: string, keyCount: number, ...rest: Arguments): Promise<unknown>;
  eval(source: string, keyCount: number, ...rest: Arguments): Promise<unknown>;
}

/**
 * From now on this connection runs the script without the rule.
 *
 * @throws Error unless the script has exactly that text, once: the control would show nothing.
 * @example removeRule(redis, { script: 'ask-1', rule: ' and fenceCount == 0', without: '' })
 */
export function removeRule(redis: ScriptRunner, { script, rule, without }: Removal): void {
  const file = new URL(`../../../packages/redis/src/lua/${script}.lua`, import.meta.url);
  const source = readFileSync(file, 'utf8');
  const sha = createHash('sha1').update(source).digest('hex');
  if (source.split(rule).length !== 2) throw new Error(`${script} has this not once: ${rule}`);
  const changed = source.replace(rule, without);
  const unchanged = redis.evalsha.bind(redis);
  Object.assign(redis, {
    evalsha: (asked: string, keyCount: number, ...rest: Arguments) =>
      asked === sha ? redis.eval(changed, keyCount, ...rest) : unchanged(asked, keyCount, ...rest),
  });
}
