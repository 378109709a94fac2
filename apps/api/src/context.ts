import type { User } from '@holdfast/auth';
import type { Database, KnownEvents } from '@holdfast/data';
import type {
  CachedReads,
  Deadline,
  Lanes,
  LiveAvailability,
  LiveSales,
  ReadQueue,
} from '@holdfast/engine';
import type { Span } from '@holdfast/process/trace';
import type { Fault } from './http/faults.ts';
import type { Readiness } from './http/readiness.ts';
import type { UnsoldSeats } from './rates/unsold-seats.ts';

/** What procedures have at hand for one request. */
export interface Context {
  readonly database: Database;
  /** What this process knows of events, and of PostgreSQL's time, without asking. */
  readonly known: KnownEvents;
  /** Where commands go in. */
  readonly lanes: Lanes;
  /** Events as they were a moment ago. */
  readonly events: CachedReads;
  /** Events as they change. */
  readonly live: LiveAvailability;
  /** How sales go, for who organizes them. */
  readonly sales: LiveSales;
  /** What is read from PostgreSQL for one caller is read through it. */
  readonly queue: ReadQueue;
  readonly readiness: Readiness;
  /** When the caller of this request stops waiting; all calls of a batch share it. */
  readonly deadline: Deadline;
  /** Ends the connection at once, without an answer. */
  readonly cut: () => void;
  /** `null`: no token was sent, or none that is valid. */
  readonly user: User | null;
  /** Why what was sent as a token counts for nothing; what anybody may do stays open all the same. */
  readonly tokenFault: Fault | null;
  /** Whose turn it is where callers take turns: the user's, or the address'. */
  readonly caller: string;
  /** The request, where it is traced; all calls of a batch share it. */
  readonly span: Span | null;
  /** Where the seats that a user holds are counted; `null`: they are not, or are another one's business. */
  readonly unsold: UnsoldSeats | null;
}
