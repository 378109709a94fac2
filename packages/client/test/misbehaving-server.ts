import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the server does with one request. */
export type Step =
  /** Breaks the connection: before the work was done, after it, or in the middle of the answer. */
  | 'cut_before'
  | 'cut_after'
  | 'cut_within_answer'
  /** Takes the request and never answers. */
  | 'hang'
  /** Does the work and says so. */
  | 'serve'
  | { answer: Record<string, unknown> }
  | { fault: string; httpStatus: number; retryAfterMs?: number; fields?: unknown }
  /** Answers as a proxy would. */
  | { page: number; retryAfter?: string; location?: string };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly input: Record<string, unknown>;
  readonly authorization: string | undefined;
  readonly atMs: number;
}

/**
 * A real HTTP server that misbehaves as it is told: one step a request, the last one for all that
 * follow. Its "work" is to note the booking id, once.
 */
export async function misbehavingServer(...steps: [Step, ...Step[]]) {
  const requests: SeenRequest[] = [];
  const effects = new Set<unknown>();
  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const seen = await read(request);
    const step = steps[Math.min(requests.length, steps.length - 1)] ?? 'hang';
    requests.push(seen);
    if (step === 'serve' || step === 'cut_after') effects.add(seen.input['bookingId']);
    behave(step, seen.input, response);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    effects,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const atMs = performance.now();
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: pathname,
    input: JSON.parse(body || searchParams.get('input') || '{}'),
    authorization: request.headers.authorization,
    atMs,
  };
}

function behave(step: Step, input: Record<string, unknown>, response: ServerResponse): void {
  if (step === 'hang') return;
  if (step === 'cut_before' || step === 'cut_after') return void response.destroy();
  if (step === 'cut_within_answer') return cutWithin(response);
  if (step === 'serve') return answer(response, 200, { result: { data: heldBooking(input) } });
  if ('answer' in step) return answer(response, 200, { result: { data: step.answer } });
  if ('page' in step) return page(step, response);
  const { httpStatus, ...data } = step;
  answer(response, httpStatus, {
    error: { code: -32_000, message: step.fault, data: { ...data, code: 'TRPC_CODE', httpStatus } },
  });
}

/** What `serve` answers to a reserve. */
function heldBooking(input: Record<string, unknown>): Record<string, unknown> {
  const { bookingId, ...rest } = input;
  return { status: 'held', id: bookingId, ...rest, expiresAt: '2030-01-01T00:00:00.000Z' };
}

function answer(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function cutWithin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"result":{"da', () => response.destroy());
}

function page(
  { page: status, retryAfter, location }: Extract<Step, { page: number }>,
  response: ServerResponse,
): void {
  const headers = {
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    ...(location !== undefined && { location }),
  };
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>Oh no</h1>');
}
