import { CommitContended, DatabaseUnavailable } from '@holdfast/data/faults';
import type { BookingStatus } from '@holdfast/domain';
import {
  createGroupCommitter,
  deadlineAfter,
  Draining,
  type GroupCommitter,
  type GroupCommitterOptions,
} from '@holdfast/engine/committer';
import { keepsHolds, quantityPerClaimMaxMax } from './check-settings.ts';
import { checkTables, type FitTables } from './check-tables.ts';
import type { SalesWriter } from './attempt.ts';
import { commitItem } from './commit-item.ts';
import { commitLines } from './commit-lines.ts';
import { checkSweep, salesInput, type Submission } from './input.ts';
import type { SalesLimits, SalesOptions } from './options.ts';
import { quoteTables, wordsOf } from './quoted-tables.ts';
import type { Sales } from './sales.ts';
import { isPlannedOnce, statementOf } from './planned-once.ts';
import { loadText, lapsedItemsText, lockText } from './statements.ts';
import { sweepLapsed } from './sweep-lapsed.ts';
import type { ClaimOutcome, LinesOutcome, Outcome, SalesCommand } from './words.ts';

/** What a caller that was refused for lack of room is told to wait. */
const retryAfterMs = 1_000;

/**
 * Opens the sale of a team's own rows, with what Holdfast's own tables have: a command has one effect
 * however often it is sent, commands of one item share a commit, no item is oversold, and a hold that
 * lapsed is there for the next.
 *
 * Several processes may sell from one table.
 *
 * @throws TablesUnfit with everything that is missing, each with its fix (`sqlFor` prints them all).
 * @example
 * const sales = await openSales({
 *   pool,
 *   item: { table: 'shop.products', id: 'id', available: 'stock_quantity', version: 'version' },
 *   claim: {
 *     table: 'shop.orders', id: 'id', item: 'product_id', user: 'customer_id', quantity: 'quantity',
 *     status: { column: 'state', confirmed: 'paid', cancelled: 'cancelled' },
 *   },
 *   policy: { quantityPerClaimMax: 5, activeClaimsPerUserMax: 1 },
 * });
 * const order = await sales.book({ itemId, id, userId, quantity: 2, also: { total_cents: 4200 } });
 */
export async function openSales(options: SalesOptions): Promise<Sales> {
  const fit = await checkTables(options.pool, options);
  const limits = limitsOf(options);
  const writer = writerOf(options, fit, await isPlannedOnce(options.pool));
  const committer = committerOf<SalesCommand, Outcome>(limits, {
    commit: (groups) =>
      groups.map(({ eventId, commands }) => commitItem(writer, { itemId: eventId, commands })),
    callerOf: userOf,
  });
  const together = committerOf<readonly Submission[], LinesOutcome>(
    { ...limits, groupSizeMax: 1 },
    {
      commit: (groups) => groups.map(({ commands }) => commitEach(writer, commands)),
      callerOf: ([first]) => (first === undefined ? '' : userOf(first.command)),
    },
  );
  return salesOf({ options, fit, committer, together, limits });
}

/** Where more wait than may go on, each user has one turn before anybody has a second. */
function userOf({ booking }: SalesCommand): string {
  return 'userId' in booking ? booking.userId : '';
}

/** Each in a transaction of its own. */
async function commitEach(
  writer: SalesWriter,
  orders: readonly (readonly Submission[])[],
): Promise<readonly LinesOutcome[]> {
  return await Promise.all(orders.map((lines) => commitLines(writer, lines)));
}

interface SalesParts {
  readonly options: SalesOptions;
  readonly fit: FitTables;
  /** A lane is an item. */
  readonly committer: GroupCommitter<SalesCommand, Outcome>;
  /** A lane is the id of a first line: the same lines again wait for their first answer. */
  readonly together: GroupCommitter<readonly Submission[], LinesOutcome>;
  readonly limits: SalesLimits;
}

function salesOf({ options, fit, committer, together, limits }: SalesParts): Sales {
  const input = salesInput(options, fit);
  const lapsedItems = lapsedItemsText({ quoted: quoteTables(options) });
  let isOpen = true;
  const deadline = () => {
    if (!isOpen) throw new Draining(retryAfterMs);
    return deadlineAfter(limits.commandTimeoutMs);
  };
  const give = async (itemId: string, command: SalesCommand) =>
    await committer.submit(itemId, command, deadline());
  const giveClaim = async ({ itemId, command }: Submission): Promise<ClaimOutcome> => {
    const outcome = await give(itemId, command);
    if (outcome.status === 'swept') throw new Error('A claim was answered as a sweep.');
    return outcome;
  };
  return {
    reserve: async (asked) => await giveClaim(input.claim('reserve', asked)),
    book: async (asked) => await giveClaim(input.claim('book', asked)),
    bookTogether: async (asked) => {
      const lines = input.lines(asked);
      return await together.submit(laneOf(lines), lines, deadline());
    },
    confirm: async (named) => await giveClaim(input.follow('confirm', named)),
    cancel: async (named) => await giveClaim(input.follow('cancel', named)),
    expire: async ({ claimCountMax }) => {
      checkSweep(claimCountMax);
      return await sweepLapsed({ pool: options.pool, lapsedItems, give }, claimCountMax);
    },
    close: async () => {
      isOpen = false;
      await Promise.all([committer.idle(), together.idle()]);
    },
  };
}

function laneOf([first]: readonly Submission[]): string {
  return first !== undefined && 'bookingId' in first.command.booking
    ? first.command.booking.bookingId
    : '';
}

function writerOf(options: SalesOptions, fit: FitTables, isKept: boolean): SalesWriter {
  const { status } = options.claim;
  const parts = { quoted: quoteTables(options), types: fit.types, isPlannedOnce: isKept };
  const statuses: readonly BookingStatus[] = ['held', 'confirmed', 'cancelled', 'expired'];
  const words = statuses.flatMap((each) => {
    return wordsOf(status[each]).map((word) => [word, each] as const);
  });
  return {
    pool: options.pool,
    guards: {
      indexes: fit.guardIndexes,
      itemTable: options.item.table.split('.').at(-1) ?? options.item.table,
    },
    lock: statementOf('lock', lockText(parts), isKept),
    reading: {
      load: statementOf('load', loadText(parts), isKept),
      tables: options,
      statusOf: new Map(words),
      hasHolds: keepsHolds(options),
      hasUsers: options.claim.user !== undefined,
    },
    writing: {
      parts,
      wordOf: new Map(words.toReversed().map(([word, each]) => [each, word])),
      statements: new Map(),
    },
  };
}

function limitsOf({ pool, policy, limits = {} }: SalesOptions): SalesLimits {
  // A group must see as many lapsed holds as it may need, and it sees no more than that many.
  const groupSizeMax = Math.floor(quantityPerClaimMaxMax / policy.quantityPerClaimMax);
  return {
    queueLengthMax: limits.queueLengthMax ?? 10_000,
    itemCountMax: limits.itemCountMax ?? 20_000,
    commitCountMax: limits.commitCountMax ?? pool.options.max,
    commandTimeoutMs: limits.commandTimeoutMs ?? 8_000,
    groupSizeMax: Math.min(limits.groupSizeMax ?? 500, groupSizeMax),
  };
}

function committerOf<Asked, Answered>(
  limits: SalesLimits,
  own: Pick<GroupCommitterOptions<Asked, Answered>, 'commit' | 'callerOf'>,
): GroupCommitter<Asked, Answered> {
  return createGroupCommitter<Asked, Answered>({
    ...limits,
    ...own,
    failsWholeGroup: (error) =>
      error instanceof DatabaseUnavailable || error instanceof CommitContended,
    onGroup: () => {},
    // Each group is a transaction of its own.
    commitEventCountMax: 1,
    furtherGroupSizeMin: () => Infinity,
    eventCountMax: limits.itemCountMax,
    retryAfterMs,
  });
}
