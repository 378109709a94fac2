/**
 * A moment, in milliseconds since the Unix epoch.
 *
 * The rules never ask what time it is: every function that depends on time takes `now`, and all
 * of one deployment's `now` values come from one clock (PostgreSQL's, in Holdfast itself).
 */
export type Instant = number;
