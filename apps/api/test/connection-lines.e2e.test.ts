import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionLines } from '../src/http/connection-lines.ts';

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What became of so many requests that one connection sends at once, of which each takes a while. */
async function pipelined(underWayCountMax: number, requestCount: number, body = '') {
  const lines = new ConnectionLines({ underWayCountMax, onWait: () => {} });
  const seen = { underWay: 0, underWayMax: 0, bytesAheadMax: 0, begun: [] as string[] };
  server = createServer((request, response) => {
    lines.enter(request, response, () => {
      seen.underWay += 1;
      seen.underWayMax = Math.max(seen.underWayMax, seen.underWay);
      seen.begun.push(request.url ?? '');
      const bytesAhead = request.socket.bytesRead - seen.begun.length * body.length;
      seen.bytesAheadMax = Math.max(seen.bytesAheadMax, bytesAhead);
      const answer = () => {
        seen.underWay -= 1;
        response.end(request.url);
      };
      request.resume().once('end', () => setTimeout(answer, 2));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const requests = Array.from(
    { length: requestCount },
    (_, index) =>
      `POST /${index} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  socket.write(requests.join(''));
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    text += String(chunk);
    if (text.split('HTTP/1.1 200').length > requestCount) break;
  }
  return { ...seen, answers: [...text.matchAll(/^\/\d+/gm)].map(([url]) => url) };
}

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

describe('requests that one connection sends at once', () => {
  test('begin one after the other, and are answered in their order', async () => {
    const { underWayMax, begun } = await pipelined(1, 100);
    expect(underWayMax).toBe(1);
    expect(begun).toEqual(inOrder(100));
  });

  test('negative control: without the bound all of them are under way together', async () => {
    expect((await pipelined(1_000, 100)).underWayMax).toBe(100);
  });

  test('are left unread while others wait, and all answered, with bodies larger than a read', async () => {
    const body = 'x'.repeat(10_000);
    const { begun, bytesAheadMax } = await pipelined(1, 300, body);
    expect(begun).toEqual(inOrder(300));
    expect(bytesAheadMax).toBeLessThan(300_000);
  });
});
