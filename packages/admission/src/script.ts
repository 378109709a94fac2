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

const includeLine = /^--- @include "([a-z-]+)"$/gm;

/**
 * Reads a script of `lua/`. The number of its keys ends its name; a line `--- @include "name"`
 * stands for another file there.
 *
 * @example const admitScript = readScript('admit-2')
 */
export function readScript(name: string): Script {
  const source = readLua(name).replace(includeLine, (_line, included: string) => readLua(included));
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

function readLua(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
