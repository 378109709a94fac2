import { HoldfastError } from '@holdfast/client';

/**
 * What the api says of each field of an input that it did not take; empty: it said nothing of fields.
 *
 * @example faultsByField(error).get('bookingId') // 'Write a UUID, as in …'
 */
export function faultsByField(error: Error | null): ReadonlyMap<string, string> {
  const cause = error instanceof HoldfastError ? error : error?.cause;
  const fields = cause instanceof HoldfastError ? cause.fields : [];
  return new Map(fields.map(({ path, message }) => [path, message]));
}
