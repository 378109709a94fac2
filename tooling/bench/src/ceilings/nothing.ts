import { once } from 'node:events';
import { createServer } from 'node:net';
import { idPlace } from '../load/template.ts';
import type { Stage } from '../server/stage.ts';
import { answerEmpty } from './empty-answer.ts';

/**
 * A server that does nothing: it reads no HTTP, and writes the same bytes to whoever sends something,
 * with the caller's id in them. Whatever it does not reach, the load generator does not reach.
 */
export async function listenNothing({ env }: Stage): Promise<string> {
  const data = answerEmpty({ eventId: idPlace, bookingId: idPlace, quantity: 1 });
  const body = JSON.stringify({ result: { data } });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  const answer = Buffer.from(`${head}\r\n\r\n${body}`, 'latin1');
  const idOffset = answer.indexOf(idPlace);
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (request) => {
      const at = request.indexOf(idKey);
      if (at === -1) return;
      request.copy(answer, idOffset, at + idKey.length, at + idKey.length + idPlace.length);
      // A copy, where the socket cannot take it at once.
      socket.write(Buffer.from(answer));
    });
  });
  server.listen({ host: env.HOST, port: env.PORT, backlog: backlogLength });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return `http://${env.HOST}:${address.port}`;
}

const idKey = '"bookingId":"';
const backlogLength = 2_048;
