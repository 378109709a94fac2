import { Option } from 'commander';
import type { StackPlan } from '../stack/stack.ts';

export interface RedisOption {
  readonly withoutRedis?: boolean;
}

/** `--without-redis`, of every command that starts a stack and can do without. */
export function withoutRedis(): Option {
  return new Option('--without-redis', 'on PostgreSQL alone, also where there is a Redis');
}

/** Which Redis a stack should have, from that option. */
export function redisWanted(options: RedisOption): StackPlan['redis'] {
  return options.withoutRedis === true ? 'none' : 'optional';
}
