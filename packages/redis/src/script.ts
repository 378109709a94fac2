import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisConnection } from './connect-redis.ts';

/** A Lua script as Redis knows it. */
export interface Script {
  readonly source: string;
  /** SHA-1 of the source, by which Redis finds it again. */
  readonly sha: string;
  readonly keyCount: number;
}

/** What a script works on. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/**
 * Reads a script of `lua/`. The number of its keys ends its name.
 *
 * @example const askScript = readScript('ask-1')
 */
export function readScript(name: string): Script {
  const source = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  const sha = createHash('sha1').update(source).digest('hex');
  return { source, sha, keyCount: Number(name.split('-').at(-1)) };
}

/**
 * Runs a script by its SHA, and by its source where Redis does not know it (any more).
 *
 * @throws what Redis or the connection says.
 */
export async function runScript(
  redis: RedisConnection,
  { source, sha, keyCount }: Script,
  { keys, args }: ScriptCall,
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keyCount, ...keys, ...args);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return redis.eval(source, keyCount, ...keys, ...args);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
