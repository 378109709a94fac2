import { type Fault, ruleOf } from './fault.ts';

/** Which part of the input was wrong. */
export interface FieldFault {
  /** As in `policy.holdDurationMs`. */
  readonly path: string;
  readonly message: string;
}

/** How one attempt, or one call, went wrong. */
export interface Failure {
  readonly fault: Fault;
  readonly message: string;
  /** tRPC's word, `null` where the answer was not tRPC's. */
  readonly code: string | null;
  /** `null` where no answer came. */
  readonly httpStatus: number | null;
  /** How long the api asks to be left alone, `null` where it does not say. */
  readonly retryAfterMs: number | null;
  readonly fields: readonly FieldFault[];
  /** Whether the attempt may have taken effect all the same. */
  readonly mayHaveActed: boolean;
  readonly cause: unknown;
}

type FailureParts = Pick<Failure, 'fault' | 'message'> & Partial<Failure>;

/** A failure with everything that is not known left empty. */
export function failure(parts: FailureParts): Failure {
  return {
    code: null,
    httpStatus: null,
    retryAfterMs: null,
    fields: [],
    mayHaveActed: ruleOf(parts.fault).mayHaveActed,
    cause: undefined,
    ...parts,
  };
}

/** Carries a failure through code that knows only exceptions. It never reaches the caller. */
export class AttemptFailed extends Error {
  readonly failure: Failure;

  constructor(parts: FailureParts) {
    super(parts.message, { cause: parts.cause });
    this.failure = failure(parts);
  }
}
