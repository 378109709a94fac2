import type { Failure, FieldFault } from './failure.ts';
import type { Fault } from './fault.ts';

/**
 * A call that was not answered. For a command it means that **nothing was done**: wherever an
 * attempt may have taken effect, the call answers `{ status: 'unknown' }` instead of throwing. The
 * one exception is a call that its own caller aborted: see `inDoubt`.
 *
 * Expected refusals (`sold_out`, …) are never thrown: they are answers.
 *
 * @example
 * try {
 *   await client.booking.reserve({ eventId, quantity: 2 });
 * } catch (error) {
 *   if (error instanceof HoldfastError && error.fault === 'overloaded') showBusy(error.retryAfterMs);
 *   else throw error;
 * }
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  /** Why, as a stable word. */
  readonly fault: Fault;
  /** tRPC's word, such as `BAD_REQUEST`, or `null` where the answer was not the api's. */
  readonly code: string | null;
  /** `null` where no answer came. */
  readonly httpStatus: number | null;
  /** How long the api asks to be left alone, `null` where it does not say. */
  readonly retryAfterMs: number | null;
  /** With `bad_input`: which fields were wrong. Otherwise empty. */
  readonly fields: readonly FieldFault[];
  /**
   * True only for a command whose caller aborted it after a request had gone out: it may have
   * taken effect. Ask again with the same id (make it yourself, by `newId`, where you may abort).
   */
  readonly inDoubt: boolean;

  constructor(failure: Failure, inDoubt: boolean) {
    super(failure.message, { cause: failure.cause });
    this.fault = failure.fault;
    this.code = failure.code;
    this.httpStatus = failure.httpStatus;
    this.retryAfterMs = failure.retryAfterMs;
    this.fields = failure.fields;
    this.inDoubt = inDoubt;
  }
}
