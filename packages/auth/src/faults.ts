/**
 * Why nobody can be told to call with this token: it is not valid now (`unauthenticated`), or the issuer's
 * keys cannot be had (`keys_unavailable`).
 */
export class AuthFault extends Error {
  override readonly name = 'AuthFault';
  readonly code: 'unauthenticated' | 'keys_unavailable';
  /** The same token may be accepted after so many milliseconds; `null`: not by waiting. */
  readonly retryAfterMs: number | null;

  constructor(
    code: AuthFault['code'],
    {
      retryAfterMs = null,
      cause,
    }: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    // Its code says what happened. A stack takes 18 µs, and bad tokens come by the thousand.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(code, { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
