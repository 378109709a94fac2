/** What one caller does against all. */
export const abuseNames = [
  'nothing',
  'refused',
  'holds',
  'cancels',
  'reads',
  'watchers',
  'bad_tokens',
  'oversized',
] as const;

export type AbuseName = (typeof abuseNames)[number];

/** Each in words, for the table. */
export const abuseTitles: Readonly<Record<AbuseName, string>> = {
  nothing: 'nothing: it is only there',
  refused: 'batches of 20 holds that are sold out',
  holds: 'batches of 10 holds of the event that all want, each given back at once',
  cancels: 'batches of 20 cancels of nothing, at the event that all want',
  reads: 'batches of 20 lists that no cache has, without a token',
  watchers: 'watches of the event that all want, opened and left, without a token',
  bad_tokens: 'tokens with a wrong signature',
  oversized: 'bodies of 64 kB, and longer ones',
};

/** What an abuser knows. */
export interface AbuseTarget {
  readonly url: string;
  readonly token: string;
  /** The event that honest callers book. */
  readonly eventId: string;
  /** One without a seat. */
  readonly soldOutId: string;
}
