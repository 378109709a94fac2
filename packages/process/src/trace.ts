/** What is known of a piece of work: figures and words of ours, never what a caller wrote, but ids of events. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** A piece of work of a trace, from its beginning until `end`. */
export interface Span {
  /** Names the trace in logs: 32 hexadecimal digits. */
  readonly traceId: string;
  /** Begins a piece of work that is part of this one; `links`: work of other traces that has to do with it. */
  begin(name: string, facts?: SpanFacts, links?: readonly Span[]): Span;
  /** It is over: what came of it, and what went wrong, if anything. Later calls change nothing. */
  end(facts?: SpanFacts, fault?: string): void;
}

/** What a request is called in its trace. */
export interface RequestName {
  readonly name: string;
  readonly facts: SpanFacts;
}

/** Follows calls through the process. Who is not traced has no span: `null`, and costs nothing. */
export interface Tracing {
  /**
   * Begins what a request asks for, as part of its caller's trace if `traceparent` (W3C Trace Context) names one.
   * `null`: this one is not traced, and nobody asks for its name.
   *
   * @example const span = tracing.beginRequest(request.headers.traceparent, () => ({ name: 'POST', facts: {} }))
   */
  beginRequest(traceparent: string | undefined, named: () => RequestName): Span | null;
}
