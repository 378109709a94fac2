import { readPostgresUrl, readRedisUrl, UrlInvalid } from '@holdfast/server-urls';
import type { HoldfastOptions } from './holdfast-options.ts';

/** The most that a timer of Node takes, and more than anybody needs of anything else. */
const numberMax = 2_147_483_647;

const prefixPattern = /^[\w-]{1,64}$/;

/**
 * Finds what is wrong with options before anything is opened.
 *
 * @throws UrlInvalid or RangeError, which name the option and what it has to be
 * @example checkOptions({ databaseUrl, limits: { groupSizeMax: 100 } })
 */
export function checkOptions(options: HoldfastOptions): void {
  const { databaseUrl, redisUrl, redisPrefix, poolSizeMax, limits = {} } = options;
  checkUrl('databaseUrl', databaseUrl, readPostgresUrl);
  if (redisUrl !== undefined) checkUrl('redisUrl', redisUrl, readRedisUrl);
  if (redisPrefix !== undefined && !prefixPattern.test(redisPrefix)) {
    throw new RangeError('redisPrefix must have 1 to 64 letters, digits, _ and - only.');
  }
  if (poolSizeMax !== undefined) checkNumber('poolSizeMax', poolSizeMax);
  for (const [name, value] of Object.entries(limits)) checkNumber(`limits.${name}`, value);
}

function checkUrl(option: string, url: unknown, read: (url: string) => unknown): void {
  if (typeof url !== 'string') throw new UrlInvalid(`${option} must be a URL, as text.`);
  try {
    read(url);
  } catch (error) {
    if (error instanceof UrlInvalid) throw new UrlInvalid(`${option} ${error.message}`);
    throw error;
  }
}

function checkNumber(option: string, value: unknown): void {
  const isFit = typeof value === 'number' && Number.isInteger(value);
  if (isFit && value >= 1 && value <= numberMax) return;
  const found = `but is ${String(value)}`;
  throw new RangeError(`${option} must be a whole number from 1 to ${numberMax}, ${found}.`);
}
