import { createHash, type Hash } from 'node:crypto';
import type { ArchivedRow } from './event-rows.ts';

/*
 * An archive is lines of JSON: the event, its rows in the order of the tables' keys, and an end that counts them and
 * has the SHA-256 of all text before it. It is compressed by gzip, so `zcat` and `jq` read it.
 */

/** Who reads another number does not know what else it would have to know. */
const format = 1;

/** A row as JSON: a column's name and value. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** What an archive holds, counted. */
export interface ArchiveSummary {
  /** The event's own row. */
  readonly event: JsonRow;
  readonly counts: Readonly<Record<ArchivedRow['table'], number>>;
  /** Seats of confirmed bookings. */
  readonly confirmedSeats: number;
  /** Of the text before the last line, in hexadecimal. */
  readonly textDigest: string;
}

/** These bytes are not the archive that was written. The message says where that was seen. */
export class ArchiveBroken extends Error {
  override readonly name = 'ArchiveBroken';
}

/** @example firstLine('{"id":"…"}') // '{"archive":"holdfast","format":1,"event":{"id":"…"}}\n' */
export function firstLine(event: string): string {
  return `{"archive":"holdfast","format":${format},"event":${event}}\n`;
}

/** @example lineOf({ table: 'bookings', json: '{…}' }) // '{"bookings":{…}}\n' */
export function lineOf({ table, json }: ArchivedRow): string {
  return `{"${table}":${json}}\n`;
}

export function lastLine(counts: ArchiveSummary['counts'], textDigest: string): string {
  return `${JSON.stringify({ end: counts, sha256: textDigest })}\n`;
}

export function noCounts(): Record<ArchivedRow['table'], number> {
  return { bookings: 0, orders: 0, ledger: 0, outbox: 0 };
}

const tables = ['bookings', 'orders', 'ledger', 'outbox'] as const;

/** Gets rows of one table, some at a time, in their order. */
export type RowsReader = (table: ArchivedRow['table'], rows: readonly JsonRow[]) => Promise<void>;

/** Rows that are handed on at a time. */
const rowCountPerHand = 1_000;

/**
 * Reads an archive's lines, each without its end, and proves them against the last one.
 *
 * @throws ArchiveBroken, and what `onRows` throws
 * @example const { counts } = await readArchive(linesOfFile(path), async () => {})
 */
export async function readArchive(
  lines: AsyncIterable<string>,
  onRows: RowsReader,
): Promise<ArchiveSummary> {
  const reading = new Reading(onRows);
  for await (const line of lines) await reading.take(line);
  return await reading.end();
}

class Reading {
  readonly #onRows: RowsReader;
  readonly #hash: Hash = createHash('sha256');
  readonly #counts = noCounts();
  #event: JsonRow | null = null;
  #confirmedSeats = 0;
  #lineCount = 0;
  #end: { readonly counts: JsonRow; readonly digest: unknown } | null = null;
  #hand: { readonly table: ArchivedRow['table']; readonly rows: JsonRow[] } | null = null;

  constructor(onRows: RowsReader) {
    this.#onRows = onRows;
  }

  async take(line: string): Promise<void> {
    this.#lineCount += 1;
    if (this.#end !== null) throw this.#broken('stands behind the end');
    const value = this.#parsed(line);
    if (this.#event === null) this.#takeEvent(value);
    else if (isRow(value['end'])) {
      this.#end = { counts: value['end'], digest: value['sha256'] };
      return;
    } else await this.#takeRow(value);
    this.#hash.update(line).update('\n');
  }

  async end(): Promise<ArchiveSummary> {
    await this.#giveHand();
    if (this.#event === null || this.#end === null)
      throw this.#broken('is the last: the end is missing');
    const textDigest = this.#hash.digest('hex');
    const { counts, digest } = this.#end;
    if (digest !== textDigest) throw this.#broken('has the SHA-256 of another text');
    if (!tables.every((table) => counts[table] === this.#counts[table])) {
      throw this.#broken('counts other rows than there are');
    }
    const [event, confirmedSeats] = [this.#event, this.#confirmedSeats];
    return { event, counts: this.#counts, confirmedSeats, textDigest };
  }

  #takeEvent(value: JsonRow): void {
    const { archive, format: found, event } = value;
    if (archive !== 'holdfast' || !isRow(event))
      throw this.#broken('is not the first of an archive');
    if (found !== format)
      throw this.#broken(`has format ${String(found)}, and ${format} is known here`);
    this.#event = event;
  }

  async #takeRow(value: JsonRow): Promise<void> {
    const [[table, row] = []] = Object.entries(value);
    if (!isTable(table) || !isRow(row)) throw this.#broken('is no row of an archive');
    this.#counts[table] += 1;
    if (table === 'bookings' && row['status'] === 'confirmed') {
      this.#confirmedSeats += Number(row['seat_count']);
    }
    if (this.#hand?.table !== table || this.#hand.rows.length >= rowCountPerHand) {
      await this.#giveHand();
      this.#hand = { table, rows: [] };
    }
    this.#hand.rows.push(row);
  }

  async #giveHand(): Promise<void> {
    const hand = this.#hand;
    this.#hand = null;
    if (hand !== null) await this.#onRows(hand.table, hand.rows);
  }

  #parsed(line: string): JsonRow {
    try {
      const value: unknown = JSON.parse(line);
      if (isRow(value)) return value;
    } catch {
      // Told below, as all else that is no line of an archive.
    }
    throw this.#broken('is no JSON object');
  }

  #broken(what: string): ArchiveBroken {
    return new ArchiveBroken(`Line ${this.#lineCount} of the archive ${what}.`);
  }
}

/** Is this an object of JSON? */
export function isRow(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTable(name: string | undefined): name is ArchivedRow['table'] {
  return tables.some((table) => table === name);
}
