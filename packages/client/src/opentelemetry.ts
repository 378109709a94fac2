import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { TraceRequest } from './trace.ts';

/**
 * Makes each request of a client a span of the trace that is active where the call is made, and sends that along.
 * So one trace goes from there to the commit. It needs `@opentelemetry/api`, and does nothing until a program has
 * registered an SDK. Inputs, tokens and answers are not told.
 *
 * @example
 * import { traceWithOpenTelemetry } from '@holdfast/client/opentelemetry';
 * const client = createHoldfastClient({ url, token, trace: traceWithOpenTelemetry() });
 */
export function traceWithOpenTelemetry(): TraceRequest {
  const tracer = trace.getTracer('@holdfast/client');
  return (procedure) => {
    const attributes = { 'rpc.system': 'trpc', 'rpc.method': procedure };
    const span = tracer.startSpan(procedure, { kind: SpanKind.CLIENT, attributes });
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), headers);
    return {
      headers,
      end(fault) {
        if (fault !== null) {
          span.setAttribute('error.type', fault);
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  };
}
