/** A request that somebody follows. */
export interface TracedRequest {
  /** They go with the request, as `traceparent` of W3C Trace Context. */
  readonly headers: Readonly<Record<string, string>>;
  /** It was answered (`null`), or failed with this fault: `overloaded`, `network`, … */
  end(fault: string | null): void;
}

/**
 * Begins to follow a request of a procedure, as `booking.book`. Each attempt of a call is one. It must not throw.
 * `@holdfast/client/opentelemetry` has one for OpenTelemetry.
 */
export type TraceRequest = (procedure: string) => TracedRequest;
