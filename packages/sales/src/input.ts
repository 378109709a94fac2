import { type BookingCommand, InvalidInput } from '@holdfast/domain';
import { keepsHolds, quantityPerClaimMaxMax } from './check-settings.ts';
import type { FitTables } from './check-tables.ts';
import { canonicalId } from './ids.ts';
import type { SalesTables } from './options.ts';
import { ordinalDefault } from './quoted-tables.ts';
import type { Also, AskedClaim, NamedClaim, SalesCommand } from './words.ts';

/** A command, and the item whose lane it goes to. */
export interface Submission {
  readonly itemId: string;
  readonly command: SalesCommand;
}

/** What makes commands of what callers give. Each throws InvalidInput, which names the field. */
export interface SalesInput {
  claim(type: 'reserve' | 'book', asked: AskedClaim): Submission;
  follow(type: 'confirm' | 'cancel', named: NamedClaim): Submission;
}

/** @example salesInput(tables, fit).follow('confirm', { itemId, id, userId }) */
export function salesInput(tables: SalesTables, { types, claimColumns }: FitTables): SalesInput {
  const own = ownColumnsOf(tables);
  const named = ({ itemId, id, userId }: NamedClaim) => ({
    itemId: canonicalId('itemId', itemId, types.itemId),
    bookingId: canonicalId('id', id, types.claimId),
    userId: canonicalId('userId', userId, types.user),
  });
  const submission = (itemId: string, booking: BookingCommand, also: Also | null) => ({
    itemId,
    command: { booking, also },
  });
  return {
    claim(type, { quantity, also, ...rest }) {
      if (type === 'reserve' && !keepsHolds(tables)) {
        throw new InvalidInput('reserve', 'needs holds: name item.held and what goes with it.');
      }
      if (typeof quantity !== 'number') throw new InvalidInput('quantity', 'must be a number.');
      if (also !== undefined) checkAlso(also, { own, claimColumns });
      const { itemId, ...names } = named(rest);
      return submission(itemId, { type, ...names, quantity }, also ?? null);
    },
    follow(type, rest) {
      const { itemId, ...names } = named(rest);
      return submission(itemId, { type, ...names }, null);
    },
  };
}

/** @throws InvalidInput */
export function checkSweep(claimCountMax: number): void {
  const isWhole = Number.isInteger(claimCountMax) && claimCountMax >= 1;
  if (isWhole && claimCountMax <= quantityPerClaimMaxMax) return;
  const range = `a whole number from 1 to ${quantityPerClaimMaxMax}`;
  throw new InvalidInput('claimCountMax', `must be ${range}.`);
}

interface AlsoColumns {
  /** What the sales write themselves. */
  readonly own: ReadonlySet<string>;
  readonly claimColumns: ReadonlySet<string>;
}

function checkAlso(also: Also, { own, claimColumns }: AlsoColumns): void {
  for (const [name, value] of Object.entries(also)) {
    const field = `also.${name}`;
    if (own.has(name))
      throw new InvalidInput(field, 'is written by the sale itself: leave it out.');
    if (!claimColumns.has(name)) {
      throw new InvalidInput(
        field,
        `is no column of the claims' table: ${[...claimColumns].join(', ')}.`,
      );
    }
    if (value === undefined)
      throw new InvalidInput(field, 'is undefined: give null, or leave it out.');
  }
}

function ownColumnsOf({ claim }: SalesTables): ReadonlySet<string> {
  const { id, item, user, quantity, ordinal = ordinalDefault, status, expiresAt } = claim;
  const own = [id, item, user, quantity, ordinal, status.column];
  return new Set(expiresAt === undefined ? own : [...own, expiresAt]);
}
