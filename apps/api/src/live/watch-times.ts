/** A watcher hears at least this often. */
export const pingPeriodMs = 5_000;

/** Whoever hears nothing for so long should come back. */
export const silenceMsMax = 15_000;

/** Then a watcher comes back, and its token is looked at anew. */
export const watchDurationMsMax = 30 * 60_000;
