import type { SalesTables } from './options.ts';
import { wordsOf } from './quoted-tables.ts';
import type { Lack } from './tables-unfit.ts';

/** So many lapsed holds one group looks at, at most, and each may hold a single piece. */
export const quantityPerClaimMaxMax = 2_000;

const quantityMax = 2_147_483_647;

/** What is wrong with the settings themselves, whatever the tables are. */
export function lacksOfSettings(tables: SalesTables): readonly Lack[] {
  return [...lacksOfPolicy(tables), ...lacksOfHolds(tables), ...lacksOfWords(tables)];
}

function lacksOfPolicy({ policy, claim }: SalesTables): readonly Lack[] {
  const { quantityPerClaimMax, activeClaimsPerUserMax, holdDurationMs = 1 } = policy;
  const hasUsers = claim.user !== undefined;
  const numbers = [
    ['policy.quantityPerClaimMax', quantityPerClaimMax, quantityPerClaimMaxMax],
    ['policy.activeClaimsPerUserMax', hasUsers ? activeClaimsPerUserMax : 1, quantityMax],
    ['policy.holdDurationMs', holdDurationMs, quantityMax],
  ] as const;
  const wrong = numbers.filter(([, value, max]) => !isWhole(value, max));
  const lacks = wrong.map(([field, value, max]) => ({
    field,
    complaint: `${String(value)} is not a whole number from 1 to ${max}.`,
    fix: 'Give one.',
  }));
  return hasUsers || activeClaimsPerUserMax === undefined ? lacks : [...lacks, limitOfNobody];
}

const limitOfNobody: Lack = {
  field: 'policy.activeClaimsPerUserMax',
  complaint: 'It is given, and claims have no users.',
  fix: 'Name claim.user, the column that says whose a claim is, or leave the limit out.',
};

function isWhole(value: number | undefined, max: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= max;
}

/** Holds need all of their settings. With none there are no holds; with some it is not clear what is meant. */
function lacksOfHolds({ item, claim, policy }: SalesTables): readonly Lack[] {
  const parts = {
    'item.held': item.held,
    'claim.status.held': claim.status.held,
    'claim.status.expired': claim.status.expired,
    'claim.expiresAt': claim.expiresAt,
    'policy.holdDurationMs': policy.holdDurationMs,
  };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  const missing = Object.entries(parts).filter(([, value]) => value === undefined);
  if (given.length === 0) return [];
  const names = given.map(([name]) => name).join(', ');
  return missing.map(([field]) => ({
    field,
    complaint: `It is not given, though ${names} ${given.length === 1 ? 'is' : 'are'}. Holds need all five.`,
    fix: `Give ${field}, or leave out ${names}: then there are no holds.`,
  }));
}

function lacksOfWords({ claim: { status } }: SalesTables): readonly Lack[] {
  const { column: _, ...given } = status;
  const empty = Object.entries(given).filter(([, words]) => wordsOf(words).length === 0);
  const lacks = empty.map(([name]) => ({
    field: `claim.status.${name}`,
    complaint: 'It has no word.',
    fix: 'Give at least one, which is the one that is written.',
  }));
  const { held, confirmed, cancelled, expired } = status;
  const words = [held, confirmed, cancelled, expired].flatMap(wordsOf);
  if (new Set(words).size === words.length) return lacks;
  const complaint = `Two statuses have the same word: ${words.join(', ')}.`;
  return [...lacks, { field: 'claim.status', complaint, fix: 'Give each a word of its own.' }];
}

/** Are there holds at all? The settings were checked. */
export function keepsHolds({ item }: SalesTables): boolean {
  return item.held !== undefined;
}
