import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

/** A span as OTLP/JSON writes it. */
export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
  /** Who sent it. */
  readonly service: string;
}

/** What stands where a collector of OpenTelemetry would, on this machine. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  /** Spans that came as JSON, in the order of their arrival. */
  spans(): readonly SentSpan[];
  /** Bodies of a path, as they came. */
  bodies(path: string): readonly Buffer[];
  readonly contentTypes: ReadonlySet<string>;
}

/** Starts one on a free port. It answers that all was taken. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: { readonly path: string; readonly body: Buffer }[] = [];
  const contentTypes = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      contentTypes.add(request.headers['content-type'] ?? '');
      received.push({ path: request.url ?? '', body: Buffer.concat(chunks) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bodies = (path: string) =>
    received.filter((one) => one.path === path).map(({ body }) => body);
  return {
    url: `http://127.0.0.1:${port}`,
    contentTypes,
    bodies,
    spans: () => bodies('/v1/traces').flatMap(spansIn),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<SentSpan, 'service'>[] }[];
  }[];
}

function spansIn(body: Buffer): readonly SentSpan[] {
  const { resourceSpans }: Sent = JSON.parse(body.toString());
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const named = resource.attributes.find(({ key }) => key === 'service.name');
    const service = named?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

/** What a span says of this. */
export function factOf({ attributes = [] }: SentSpan, key: string): string | number | undefined {
  const value = attributes.find((each) => each.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
}
