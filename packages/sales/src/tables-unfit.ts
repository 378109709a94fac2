/** Something that the tables or the settings lack, and what to do about it. */
export interface Lack {
  /** The setting that names it: `item.version`. */
  readonly field: string;
  readonly complaint: string;
  /** A statement of `sqlFor`, or a sentence. */
  readonly fix: string;
}

/**
 * The sales were not opened, since the tables lack something that a guarantee rests on. The message
 * has all of it, each with its fix. Nothing was written.
 *
 * @example
 * // item.version: shop.products has no column "version".
 * //   alter table "shop"."products" add column "version" integer not null default 1;
 */
export class TablesUnfit extends Error {
  override readonly name = 'TablesUnfit';
  readonly lacks: readonly Lack[];

  constructor(lacks: readonly Lack[]) {
    const lines = lacks.map(({ field, complaint, fix }) => `${field}: ${complaint}\n  ${fix}`);
    super(`The tables cannot be sold from yet.\n${lines.join('\n')}`);
    this.lacks = lacks;
  }
}
