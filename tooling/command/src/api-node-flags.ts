/**
 * How Node runs an api. In a rush a thousand calls wait at the same time, for longer than it takes to fill a
 * small young generation. What outlives that is copied, and copied again, and then collected slowly: a fifth of the
 * processor's time went there. Node begins with 1 MiB, and in a container with little memory ends at less
 * than is needed. With 16 MiB from the start, and up to 64, an api that has just begun answered 1,000 callers with a
 * fifth less of its own processor time (docs/performance.md). It costs up to 80 MiB of memory.
 *
 * @example spawn(process.execPath, [...apiNodeFlags, entry])
 */
export const apiNodeFlags: readonly string[] = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=64',
];
