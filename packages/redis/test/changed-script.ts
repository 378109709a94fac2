import type { RedisConnection } from '../src/connect-redis.ts';
import { readScript } from '../src/script.ts';

/** A rule that is taken out of a script: this part of its source becomes that. */
export interface Removal {
  readonly script: 'ask-1' | 'settle-1';
  readonly rule: string;
  readonly without: string;
}

/**
 * From now on this connection runs the script without the rule.
 *
 * @throws Error unless the script has exactly that text, once: the control would show nothing.
 */
export function removeRule(redis: RedisConnection, { script, rule, without }: Removal): void {
  const { source, sha } = readScript(script);
  if (source.split(rule).length !== 2) throw new Error(`${script} has this not once: ${rule}`);
  const changed = source.replace(rule, without);
  const straight = redis.evalsha.bind(redis);
  Object.assign(redis, {
    evalsha: (asked: string, keyCount: number, ...rest: (string | number)[]) =>
      asked === sha ? redis.eval(changed, keyCount, ...rest) : straight(asked, keyCount, ...rest),
  });
}
