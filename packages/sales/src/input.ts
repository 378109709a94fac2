import { InvalidInput } from '@holdfast/domain';
import { keepsHolds, quantityPerClaimMaxMax } from './check-settings.ts';
import type { FitTables } from './check-tables.ts';
import { canonicalId, type GivenId } from './ids.ts';
import type { SalesTables } from './options.ts';
import { ordinalDefault } from './quoted-tables.ts';
import type { Also, AskedClaim, AskedLines, NamedClaim, SalesCommand } from './words.ts';

/** A command, and the item whose lane it goes to. */
export interface Submission {
  readonly itemId: string;
  readonly command: SalesCommand;
}

/** Lines that are sold together, at most: their items are locked for as long as they take. */
const lineCountMax = 20;

/** What makes commands of what callers give. Each throws InvalidInput, which names the field. */
export interface SalesInput {
  claim(type: 'reserve' | 'book', asked: AskedClaim): Submission;
  follow(type: 'confirm' | 'cancel', named: NamedClaim): Submission;
  lines(asked: AskedLines): readonly Submission[];
}

/** @example salesInput(tables, fit).follow('confirm', { itemId, id, userId }) */
export function salesInput(tables: SalesTables, { types, claimColumns }: FitTables): SalesInput {
  const own = ownColumnsOf(tables);
  /** `path` stands before the fields in what is complained of. */
  const named = ({ itemId, id, userId }: NamedClaim, path: string) => ({
    itemId: canonicalId(`${path}itemId`, itemId, types.itemId),
    bookingId: canonicalId(`${path}id`, id, types.claimId),
    userId: canonicalUser(userId, canonicalId(`${path}id`, id, types.claimId), types.user),
  });
  const claim = (type: 'reserve' | 'book', asked: AskedClaim, path = ''): Submission => {
    const { quantity, also } = asked;
    if (typeof quantity !== 'number') {
      throw new InvalidInput(`${path}quantity`, 'must be a number.');
    }
    if (also !== undefined) checkAlso(also, { path: `${path}also`, own, claimColumns });
    const { itemId, ...names } = named(asked, path);
    return { itemId, command: { booking: { type, ...names, quantity }, also: also ?? null } };
  };
  return {
    claim(type, asked) {
      if (type === 'reserve' && !keepsHolds(tables)) {
        throw new InvalidInput('reserve', 'needs holds: name item.held and what goes with it.');
      }
      return claim(type, asked);
    },
    follow(type, asked) {
      const { itemId, ...names } = named(asked, '');
      return { itemId, command: { booking: { type, ...names }, also: null } };
    },
    lines({ userId, lines }) {
      checkLineCount(lines);
      const submissions = lines.map((line, place) =>
        claim('book', userId === undefined ? line : { ...line, userId }, `lines[${place}].`),
      );
      checkLines(submissions);
      return submissions;
    },
  };
}

/** A claim that is nobody's is to the rules that of a user of its own: its id. */
function canonicalUser(userId: GivenId | undefined, id: string, type: string | null): string {
  if (type !== null) return canonicalId('userId', userId, type);
  if (userId === undefined) return id;
  throw new InvalidInput('userId', 'is given, and claims have no users: name claim.user.');
}

function checkLineCount(lines: unknown): void {
  const isList = Array.isArray(lines) && lines.length >= 1 && lines.length <= lineCountMax;
  if (!isList) throw new InvalidInput('lines', `must be a list of 1 to ${lineCountMax} lines.`);
}

/** Two lines cannot be one row. And of one item no more lapsed holds are looked at than that. */
function checkLines(lines: readonly Submission[]): void {
  const ids = new Set<string>();
  const quantityByItem = new Map<string, number>();
  for (const [place, { itemId, command }] of lines.entries()) {
    const { booking } = command;
    if (booking.type !== 'book') continue;
    if (ids.has(booking.bookingId)) {
      throw new InvalidInput(
        `lines[${place}].id`,
        'is the id of an earlier line: make one for each.',
      );
    }
    ids.add(booking.bookingId);
    const quantity = (quantityByItem.get(itemId) ?? 0) + booking.quantity;
    quantityByItem.set(itemId, quantity);
    if (quantity > quantityPerClaimMaxMax && booking.quantity <= quantityPerClaimMaxMax) {
      const complaint = `asks for more than ${quantityPerClaimMaxMax} of one item, with the lines before it.`;
      throw new InvalidInput(`lines[${place}].quantity`, complaint);
    }
  }
}

/** @throws InvalidInput */
export function checkSweep(claimCountMax: number): void {
  const isWhole = Number.isInteger(claimCountMax) && claimCountMax >= 1;
  if (isWhole && claimCountMax <= quantityPerClaimMaxMax) return;
  const range = `a whole number from 1 to ${quantityPerClaimMaxMax}`;
  throw new InvalidInput('claimCountMax', `must be ${range}.`);
}

interface AlsoColumns {
  readonly path: string;
  /** What the sales write themselves. */
  readonly own: ReadonlySet<string>;
  readonly claimColumns: ReadonlySet<string>;
}

function checkAlso(also: Also, { path, own, claimColumns }: AlsoColumns): void {
  for (const [name, value] of Object.entries(also)) {
    const field = `${path}.${name}`;
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
  const ofUser = user === undefined ? [] : [user, ordinal];
  const own = [id, item, ...ofUser, quantity, status.column];
  return new Set(expiresAt === undefined ? own : [...own, expiresAt]);
}
