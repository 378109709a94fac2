import { figure } from '@holdfast/command';
import { userId } from '@holdfast/process';
import { readPostgresUrl, readRedisUrl, UrlInvalid } from '@holdfast/server-urls';
import { InvalidArgumentError } from 'commander';

/**
 * Parses a whole number within bounds. commander puts the option's name before the message.
 *
 * @example wholeNumber(1, 65_535)('http') // throws: It must be a whole number from 1 to 65,535.
 */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${figure(min)} to ${figure(max)}.`,
    );
  };
}

/** Parses the address of an api. Its trailing slash is dropped. */
export function apiUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be a URL like http://127.0.0.1:3000, without /trpc.');
}

export const databaseUrl = readable(readPostgresUrl);

/** Parses the address of a Redis, or of a node of a Redis Cluster. */
export const redisUrl = readable(readRedisUrl);

/** A URL as it was given, where it can be read; its reader says what is wrong with it. */
function readable(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      read(text);
      return text;
    } catch (error) {
      if (!(error instanceof UrlInvalid)) throw error;
      throw new InvalidArgumentError(`It ${error.message}.`);
    }
  };
}

/** Parses the port of a server; 0 stands for any that is free. */
export const portNumber = wholeNumber(0, 65_535);

/** Parses the connections of a pool, within what the api takes. */
export const poolSize = wholeNumber(2, 500);

/** Parses how many processes of the api a command starts. */
export const numberOfProcesses = wholeNumber(1, 8);

/** Parses the id of an event. */
export function uuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be a UUID, the one that was given to event.create.');
}

/** Parses the name of a user, as the api does in a token: it would refuse any other. */
export function userName(text: string): string {
  const { success, data, error } = userId.safeParse(text);
  if (success) return data;
  throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(', ')}.`);
}

const unitSeconds = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
]);

/**
 * Parses a length of time. Gives seconds.
 *
 * @example lifetime('15m') // 900
 */
export function lifetime(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (unitSeconds.get(unit) ?? 0);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('It must be a number and a unit (s, m, h or d), like 15m or 7d.');
}
