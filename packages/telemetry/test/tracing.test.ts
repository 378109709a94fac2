import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { rootRatioFrom, samplerFrom } from '../src/sampler.ts';
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
  const tracing = tracingWith(provider.getTracer('test'), rootRatioFrom(sampler));
  return { tracing, exporter };
}

const get = () => ({ name: 'GET', facts: {} });

test.each([
  ['parentbased_always_on', 1, { alone: true, ofTraced: true, ofOther: false }],
  ['parentbased_always_off', 1, { alone: false, ofTraced: true, ofOther: false }],
  ['parentbased_traceidratio', 0, { alone: false, ofTraced: true, ofOther: false }],
  ['parentbased_traceidratio', 1, { alone: true, ofTraced: true, ofOther: false }],
  ['always_on', 1, { alone: true, ofTraced: true, ofOther: true }],
  ['always_off', 1, { alone: false, ofTraced: false, ofOther: false }],
  ['traceidratio', 0, { alone: false, ofTraced: false, ofOther: false }],
  ['traceidratio', 1, { alone: true, ofTraced: true, ofOther: true }],
] as const)(
  'by %s, %s, a request is traced as its caller is, or by itself',
  (name, ratio, traced) => {
    const { tracing } = tracingInMemory({
      OTEL_TRACES_SAMPLER: name,
      OTEL_TRACES_SAMPLER_ARG: ratio,
    });
    const isTraced = (traceparent?: string) => tracing.beginRequest(traceparent, get) !== null;
    expect({
      alone: isTraced(),
      ofTraced: isTraced(`00-${traceId}-${spanId}-01`),
      ofOther: isTraced(`00-${traceId}-${spanId}-00`),
    }).toEqual(traced);
    // What names no place counts as nothing.
    expect(isTraced('nowhere')).toBe(traced.alone);
  },
);

test.each(['parentbased_traceidratio', 'traceidratio'] as const)(
  'by %s about so many requests are traced, each with all that is done for it',
  (name) => {
    const sampler = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: 0.25 } as const;
    const { tracing, exporter } = tracingInMemory(sampler);
    for (let count = 0; count < 4_000; count += 1) {
      const span = tracing.beginRequest(undefined, get);
      span?.begin('work').end();
      span?.end();
    }
    const names = exporter.getFinishedSpans().map((span) => span.name);
    const requestCount = names.filter((each) => each === 'GET').length;
    // Ten times as far off as chance is in two of three runs.
    expect(Math.abs(requestCount - 1_000)).toBeLessThan(275);
    expect(names.filter((each) => each === 'work')).toHaveLength(requestCount);
  },
);

test('nobody asks for the name of a request that is not traced', () => {
  const { tracing } = tracingInMemory({
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: 0,
  });
  const named = () => {
    throw new Error('Its name was asked for.');
  };
  expect(tracing.beginRequest(undefined, named)).toBeNull();
});

test('a span ends once: what is said later changes nothing', () => {
  const always = { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 1 } as const;
  const { tracing, exporter } = tracingInMemory(always);
  const span = tracing.beginRequest(undefined, get);
  span?.end({ said: 'first' });
  span?.end({ said: 'later' }, 'fault');
  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { said: 'first' },
  ]);
});
