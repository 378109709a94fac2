/** The queue of all jobs. To run a job once more, add it by its name. */
export const queueName = 'jobs';

/** The schema of the queue where there is no Redis. BullMQ's tables are kept apart from ours. */
export const jobsSchema = 'holdfast_jobs';
