/**
 * A job's lock outlives its worker by at most this. The next run does not wait for it; it only says
 * how long a killed worker's job is listed as active. Renewed at half time while it runs.
 */
const lockDurationMs = 10_000;
/** How long the worker waits after a failed fetch. BullMQ's 15 s would be a long time without hints. */
const fetchRetryDelayMs = 1_000;
/** What is kept of past jobs, to look at. */
const jobCountKept = { completed: 50, failed: 200 };
/** BullMQ's event stream is for lookers-on; it is trimmed to about this. */
const eventCountKept = 1_000;
/**
 * Jobs taken up at the same time. A job that is running already gives its place back at once (see
 * job-runner.ts), so each of the few can run.
 */
const concurrency = 4;

export const queueOptions = { streams: { events: { maxLen: eventCountKept } } };

export const workerOptions = {
  concurrency,
  lockDuration: lockDurationMs,
  stalledInterval: lockDurationMs,
  runRetryDelay: fetchRetryDelayMs,
  drainDelay: fetchRetryDelayMs / 1_000,
  removeOnComplete: { count: jobCountKept.completed },
  removeOnFail: { count: jobCountKept.failed },
};

/** How long closing waits for a server that does not answer. */
const closeTimeoutMs = 5_000;

/** Waits for some work in turn, for `closeTimeoutMs` in all. What fails is left behind. */
export function closingInTime() {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, closeTimeoutMs);
  return {
    inTime: (work: Promise<unknown>) => Promise.race([work.catch(() => undefined), late.promise]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
