import type { Database } from '@holdfast/data';
import type { ApiCommitter } from './api-committer.ts';
import type { Deadline } from './deadline.ts';
import type { Readiness } from './readiness.ts';
import type { User } from './user.ts';

/** What procedures have at hand for one request. */
export interface Context {
  readonly database: Database;
  readonly committer: ApiCommitter;
  readonly readiness: Readiness;
  /** When the caller of this request stops waiting; all calls of a batch share it. */
  readonly deadline: Deadline;
  /** `null`: no token was sent. */
  readonly user: User | null;
}
