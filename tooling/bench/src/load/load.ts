import type { AnswerStatus } from './answer.ts';
import type { CallName } from './calls.ts';

/** A load for one server: each connection sends its next call when it has its answer. */
export interface LoadPlan {
  readonly url: string;
  readonly calls: CallName;
  readonly connections: number;
  readonly durationMs: number;
  /** The events: one, or many over which the users are spread. */
  readonly eventIds: readonly string[];
  /** Any UUIDv7. The bookings of this load have ids that begin as it does. */
  readonly firstId: string;
  /** Who has called calls again: right where nothing is booked. Else everybody calls once. */
  readonly isRepeated: boolean;
}

/** An answer, when it came after the load's begin, and how long its caller waited. */
export interface Answered {
  readonly status: AnswerStatus;
  readonly bookingId: string;
  readonly atMs: number;
  readonly latencyMs: number;
  /** The first on its connection: all connections send theirs in the same moment. */
  readonly isFirst: boolean;
}

export interface Load {
  readonly answers: readonly Answered[];
  /** Until this moment the load was whole: then time was over, or a connection had no more to send. */
  readonly wholeUntilMs: number;
  /** Connections that broke, requests without an answer. */
  readonly errorCount: number;
}
