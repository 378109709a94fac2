import { wholeNumber } from '@holdfast/process';
import type { z } from 'zod';
import type { Limit } from './limit.ts';

const countMax = 1_000_000_000 - 1;
const windowSecondsMax = 86_400;

/** What callers may do how often: docs/operations.md has each. A count of 0 is no limit. */
export const rateFields = {
  CALL_WINDOW_SECONDS: wholeNumber(1, windowSecondsMax, 10),
  USER_CALL_COUNT_MAX: wholeNumber(0, countMax, 300),
  KEY_CALL_COUNT_MAX: wholeNumber(0, countMax, 6_000),
  // Behind proxies that PROXY_COUNT does not know all callers have one address.
  ADDRESS_CALL_COUNT_MAX: wholeNumber(0, countMax, 0),
  ADDRESS_WATCHER_COUNT_MAX: wholeNumber(0, countMax, 0),
  USER_UNSOLD_SEAT_COUNT_MAX: wholeNumber(0, countMax, 0),
  UNSOLD_WINDOW_SECONDS: wholeNumber(1, windowSecondsMax, 3_600),
};

type RateFields = typeof rateFields;

/** These settings, as they were read. */
export type RateSettings = { readonly [Name in keyof RateFields]: z.output<RateFields[Name]> };

/** The limits within a window that are set; `null`: there is none. */
export function limitsInWindowFrom(
  settings: RateSettings,
): Readonly<Record<'user' | 'key' | 'address' | 'unsold', Limit | null>> {
  const { CALL_WINDOW_SECONDS: callSeconds, UNSOLD_WINDOW_SECONDS: unsoldSeconds } = settings;
  const limitOf = (name: Limit['name'], max: number, windowSeconds = callSeconds): Limit | null =>
    max === 0 ? null : { name, countMax: max, windowSeconds };
  return {
    user: limitOf('user', settings.USER_CALL_COUNT_MAX),
    key: limitOf('key', settings.KEY_CALL_COUNT_MAX),
    address: limitOf('address', settings.ADDRESS_CALL_COUNT_MAX),
    unsold: limitOf('unsold', settings.USER_UNSOLD_SEAT_COUNT_MAX, unsoldSeconds),
  };
}
