/** The one queue, with all jobs in it: adding a job by its name runs it once more. */
export const queueName = 'jobs';

/** Without Redis the queue is kept in PostgreSQL. BullMQ's tables live apart from ours. */
export const jobsSchema = 'holdfast_jobs';
