import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { samplerFrom } from '../src/sampler.ts';
import { placeFrom, tracingWith } from '../src/tracing.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test('the header traceparent names a place in a trace, as W3C Trace Context has it', () => {
  const place = { traceId, spanId, traceFlags: 1, isRemote: true };
  expect(placeFrom(`00-${traceId}-${spanId}-01`)).toEqual(place);
  expect(placeFrom(`00-${traceId}-${spanId}-00`)).toEqual({ ...place, traceFlags: 0 });
  // A later version may say more.
  expect(placeFrom(`cc-${traceId}-${spanId}-01-what-comes-later`)).toEqual(place);
});

test.each([
  undefined,
  '',
  'a place',
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
])('%j names none', (header) => {
  expect(placeFrom(header)).toBeNull();
});

function tracingInMemory(sampler: Parameters<typeof samplerFrom>[0]) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const provider = new TracerProvider({ sampler: samplerFrom(sampler), spanProcessors });
  return { tracing: tracingWith(provider.getTracer('test')), exporter };
}

test('a request is traced as its caller is, and one without a caller as the sampler says', () => {
  const never = {
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: 0,
  } as const;
  const { tracing } = tracingInMemory(never);
  expect(tracing.beginRequest('GET', undefined, {})).toBeNull();
  expect(tracing.beginRequest('GET', `00-${traceId}-${spanId}-00`, {})).toBeNull();
  expect(tracing.beginRequest('GET', `00-${traceId}-${spanId}-01`, {})?.traceId).toBe(traceId);
});

test('a span ends once: what is said later changes nothing', () => {
  const always = { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 1 } as const;
  const { tracing, exporter } = tracingInMemory(always);
  const span = tracing.beginRequest('GET', undefined, {});
  span?.end({ said: 'first' });
  span?.end({ said: 'later' }, 'fault');
  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { said: 'first' },
  ]);
});
