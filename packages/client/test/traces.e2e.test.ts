import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { freshTables } from '@holdfast/fixtures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHoldfastClient, newId } from '../src/index.ts';
import { traceWithOpenTelemetry } from '../src/opentelemetry.ts';
import { factOf, type OtlpReceiver, type SentSpan, startOtlpReceiver } from './otlp-receiver.ts';
import { eventOnSale, type RealApi, startRealApi, tokenOf } from './real-api.ts';

let receiver: OtlpReceiver;
let provider: TracerProvider;
let api: RealApi;
let eventId: string;
let databaseUrl: string;

const canary = 'canary-in-a-header-of-the-collector';
const often = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_METRIC_EXPORT_INTERVAL: '200' };

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const exporter = new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 50 })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  databaseUrl = await freshTables();
  api = await startRealApi({
    ...often,
    DATABASE_URL: databaseUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${canary}`,
  });
  eventId = await eventOnSale(api.url, 1_000);
});

afterAll(async () => {
  await api.stop();
  await provider.shutdown();
  await receiver[Symbol.asyncDispose]();
});

const tracer = () => trace.getTracer('test');

/** A user of a program that is traced. */
const tracedClient = (user: string) =>
  createHoldfastClient({ url: api.url, token: tokenOf(user), trace: traceWithOpenTelemetry() });

/** Does this as part of a trace of its own; its id. */
async function traced(name: string, work: () => Promise<unknown>): Promise<string> {
  return await tracer().startActiveSpan(name, async (span) => {
    await work();
    span.end();
    return span.spanContext().traceId;
  });
}

const spansOf = (traceId: string) => receiver.spans().filter((span) => span.traceId === traceId);

/** The spans of a trace, each with the name of its parent, once all of them have come. */
async function treeOf(traceId: string, count: number): Promise<readonly string[]> {
  await expect.poll(() => spansOf(traceId).length).toBe(count);
  const spans = spansOf(traceId);
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name ?? '';
  return spans
    .map(({ service, name, parentSpanId }) => `${service}: ${nameOf(parentSpanId)} > ${name}`)
    .toSorted();
}

test('one trace goes from what the caller does, over its call and the api, to the commit', async () => {
  const bookingId = newId();
  const { booking } = tracedClient('ada');
  const traceId = await traced('checkout', () => booking.book({ eventId, bookingId, quantity: 1 }));
  expect(await treeOf(traceId, 6)).toEqual([
    'holdfast-api: POST booking.book > holdfast.lane',
    'holdfast-api: booking.book > POST booking.book',
    'holdfast-api: holdfast.lane > holdfast.commit',
    'holdfast-api: holdfast.lane > holdfast.wait',
    'shop:  > checkout',
    'shop: checkout > booking.book',
  ]);
  const [lane] = spansOf(traceId).filter(({ name }) => name === 'holdfast.lane');
  expect(lane && factOf(lane, 'holdfast.outcome')).toBe('accepted');
  expect(lane && factOf(lane, 'holdfast.event_id')).toBe(eventId);
});

test('a commit that many share is in the trace of each, and all are linked', async () => {
  const users = Array.from({ length: 40 }, (_, place) => tracedClient(`user-${place}`));
  const ids = await Promise.all(
    users.map(({ booking }) => traced('storm', () => booking.book({ eventId, quantity: 1 }))),
  );
  const commitsOf = (id: string) => spansOf(id).filter(({ name }) => name === 'holdfast.commit');
  await expect.poll(() => ids.every((id) => commitsOf(id).length > 0)).toBe(true);
  const commits = ids.flatMap(commitsOf);
  const [first, ...others] = commits.toSorted((a, b) => linkCount(b) - linkCount(a));
  // They came in the same moment: most of them shared a commit.
  expect(linkCount(first)).toBeGreaterThan(5);
  const linkedToIt = others.filter(({ links = [] }) => links[0]?.spanId === first?.spanId);
  expect(linkedToIt.length).toBe(linkCount(first));
});

const linkCount = (span: SentSpan | undefined) => span?.links?.length ?? 0;

test('a call that is refused, and one that fails, say so in their traces', async () => {
  const { booking } = tracedClient('eve');
  const late = await traced('late', async () => {
    await booking.book({ eventId: newId(), quantity: 1 });
  });
  const wrong = await traced('wrong', () =>
    booking.get({ eventId, bookingId: newId() }).catch(() => {}),
  );
  const factsOf = (id: string, key: string) =>
    spansOf(id).flatMap((span) => factOf(span, key) ?? []);
  await expect.poll(() => factsOf(late, 'holdfast.reason')).toEqual(['event_not_found']);
  await expect.poll(() => factsOf(wrong, 'error.type')).toEqual(['not_found', 'not_found']);
});

test('who is not traced by its caller gets a trace that begins at the api; health checks get none', async () => {
  await fetch(`${api.url}/trpc/health.ready`);
  await fetch(`${api.url}/api/events?limit=1`, { headers: { traceparent: 'no place at all' } });
  const roots = () =>
    receiver
      .spans()
      .filter(({ service, parentSpanId }) => service === 'holdfast-api' && !parentSpanId);
  await expect.poll(() => roots().map((span) => factOf(span, 'url.path'))).toContain('/api/events');
  expect(JSON.stringify(receiver.spans())).not.toContain('health');
});

test('the figures of Prometheus are sent under the same names', async () => {
  const sent = () => Buffer.concat(receiver.bodies('/v1/metrics')).toString();
  await expect.poll(sent).toContain('"holdfast_commits_total"');
  const { resourceMetrics } = JSON.parse(receiver.bodies('/v1/metrics').at(-1)?.toString() ?? '{}');
  const metrics = resourceMetrics[0].scopeMetrics.flatMap(
    ({ metrics: of }: { metrics: readonly { name: string }[] }) => of,
  );
  const find = (name: string) => metrics.find((metric: { name: string }) => metric.name === name);
  expect(find('holdfast_commits_total').sum).toMatchObject({ isMonotonic: true });
  const [waits] = find('holdfast_commit_wait_seconds').histogram.dataPoints;
  const counts: readonly (string | number)[] = waits.bucketCounts;
  const counted = counts.reduce<number>((sum, count) => sum + Number(count), 0);
  expect(counted).toBe(Number(waits.count));
  expect(counted).toBeGreaterThan(0);
});

test('no token, no secret and no user is sent to a collector', () => {
  const all = ['/v1/traces', '/v1/metrics'].flatMap((path) => receiver.bodies(path));
  const text = Buffer.concat(all).toString();
  expect(text.length).toBeGreaterThan(10_000);
  const { password } = new URL(databaseUrl);
  for (const word of [
    tokenOf('ada'),
    'eyJ',
    'long enough to sign',
    canary,
    password,
    '"ada"',
    'user-7',
  ]) {
    expect(text).not.toContain(word);
  }
});

test('without a protocol it is protobuf, and a collector that is away costs no call', async () => {
  const collector = await startOtlpReceiver();
  const env = { DATABASE_URL: databaseUrl, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...often };
  await using other = await startAnother(env);
  const book = (user: string) =>
    createHoldfastClient({
      url: other.url,
      token: tokenOf(user),
      trace: traceWithOpenTelemetry(),
    }).booking.book({
      eventId,
      quantity: 1,
    });
  const traceId = await traced('binary', () => book('bob'));
  const bytes = Buffer.from(traceId, 'hex');
  await expect
    .poll(() => collector.bodies('/v1/traces').some((body) => body.includes(bytes)))
    .toBe(true);
  expect([...collector.contentTypes]).toEqual(['application/x-protobuf']);
  await collector[Symbol.asyncDispose]();
  expect((await book('carl')).status).toBe('confirmed');
});

async function startAnother(env: Readonly<Record<string, string>>) {
  const another = await startRealApi(env);
  return { url: another.url, [Symbol.asyncDispose]: () => another.stop() };
}
