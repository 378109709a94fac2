import type { Span, SpanFacts, Tracing } from '@holdfast/process/trace';
import {
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';

/** Version, trace, span, flags. A later version may have more behind it. */
const traceparentPattern = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/**
 * The caller's place in its trace (W3C Trace Context, `traceparent`); `null`: the header is not there, or is none.
 *
 * @example placeFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')?.traceId
 */
export function placeFrom(traceparent: string | undefined): SpanContext | null {
  if (traceparent === undefined) return null;
  const [, traceId, spanId, flags] = traceparentPattern.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const place = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(place) ? place : null;
}

/**
 * Our spans by a tracer of OpenTelemetry. Of requests that are part of no trace only this part is given to it, by chance:
 * to begin a span that its sampler leaves out takes longer than the toss.
 */
export function tracingWith(tracer: Tracer, rootRatio: number): Tracing {
  return {
    beginRequest(traceparent, named) {
      const place = placeFrom(traceparent);
      if (place === null && Math.random() >= rootRatio) return null;
      const { name, facts } = named();
      const parent = place === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, place);
      const begun = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: facts }, parent);
      return begun.isRecording() ? new TracedWork(tracer, begun) : null;
    },
  };
}

class TracedWork implements Span {
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;
  #isOver = false;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceId(): string {
    return this.place.traceId;
  }

  get place(): SpanContext {
    return this.#span.spanContext();
  }

  begin(name: string, facts: SpanFacts = {}, links: readonly Span[] = []): Span {
    const options = { attributes: facts, links: linksTo(links) };
    const parent = trace.setSpan(ROOT_CONTEXT, this.#span);
    return new TracedWork(this.#tracer, this.#tracer.startSpan(name, options, parent));
  }

  end(facts: SpanFacts = {}, fault?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#span.setAttributes(facts);
    if (fault !== undefined) {
      this.#span.setAttribute('error.type', fault);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function linksTo(spans: readonly Span[]): Link[] {
  return spans.flatMap((span) => (span instanceof TracedWork ? [{ context: span.place }] : []));
}
