import type { BookingStatus } from '@holdfast/domain';
import pg from 'pg';
import type { SalesTables, StatusWords } from './options.ts';

/** The names of a team's tables and columns as they stand in SQL. */
export interface QuotedTables {
  readonly item: {
    readonly table: string;
    readonly id: string;
    readonly available: string;
    readonly version: string;
    readonly held: string | null;
  };
  readonly claim: {
    readonly table: string;
    readonly id: string;
    readonly item: string;
    readonly user: string | null;
    readonly quantity: string;
    /** `null`: there are no users whose claims it would bound. */
    readonly ordinal: string | null;
    readonly status: string;
    readonly expiresAt: string | null;
  };
  /** The team's words, as lists of SQL literals (`'paid', 'shipped'`): with a parameter in their place the planner could not use the partial indexes. */
  readonly words: Readonly<Record<BookingStatus, string | null>>;
  /** `'in_cart', 'paid'`: the words of claims that take pieces. */
  readonly activeWords: string;
}

/** Where nobody names the column of the ordinals. */
export const ordinalDefault = 'ordinal';

/**
 * A name in SQL. The only place where a name becomes part of a statement.
 *
 * @example quoteName('order') // '"order"'
 */
export function quoteName(name: string): string {
  return pg.escapeIdentifier(name);
}

/** @example quoteTable('shop.products') // '"shop"."products"' */
export function quoteTable(table: string): string {
  return table.split('.').map(quoteName).join('.');
}

/** @example quoteTables({ item, claim, policy }).item.table // '"shop"."products"' */
export function quoteTables({ item, claim }: SalesTables): QuotedTables {
  const { status } = claim;
  const words = {
    held: literalsOf(status.held),
    confirmed: literalsOf(status.confirmed),
    cancelled: literalsOf(status.cancelled),
    expired: literalsOf(status.expired),
  };
  return {
    item: {
      table: quoteTable(item.table),
      id: quoteName(item.id),
      available: quoteName(item.available),
      version: quoteName(item.version),
      held: item.held === undefined ? null : quoteName(item.held),
    },
    claim: {
      table: quoteTable(claim.table),
      id: quoteName(claim.id),
      item: quoteName(claim.item),
      user: claim.user === undefined ? null : quoteName(claim.user),
      quantity: quoteName(claim.quantity),
      ordinal: claim.user === undefined ? null : quoteName(claim.ordinal ?? ordinalDefault),
      status: quoteName(status.column),
      expiresAt: claim.expiresAt === undefined ? null : quoteName(claim.expiresAt),
    },
    words,
    activeWords: [words.held, words.confirmed].filter((word) => word !== null).join(', '),
  };
}

/** @example wordsOf('paid') // ['paid'] */
export function wordsOf(words: StatusWords | undefined): readonly string[] {
  if (words === undefined) return [];
  return typeof words === 'string' ? [words] : words;
}

function literalsOf(words: StatusWords | undefined): string | null {
  if (words === undefined) return null;
  return wordsOf(words)
    .map((word) => pg.escapeLiteral(word))
    .join(', ');
}
