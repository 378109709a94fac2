import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { bookingAnswer, claim } from '@holdfast/api/parts';
import type { Stage } from '../server/stage.ts';
import { answerEmpty } from './empty-answer.ts';

/**
 * The least that a server in Node can do for the same call: no framework, no router. It reads and
 * parses the body, checks token, input and output as the api does, and answers in the same words.
 */
export async function listenBare({ env, authenticate }: Stage): Promise<string> {
  const server = createServer((request, response) => {
    readBody(request, (text) => {
      answer(request, text).then(
        (body) => {
          response.writeHead(200, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          });
          response.end(body);
        },
        () => response.writeHead(500).end(),
      );
    });
  });

  async function answer({ headers }: IncomingMessage, text: string): Promise<string> {
    const user = authenticate(headers.authorization);
    if (user === null) throw new Error('Nobody calls without a token here.');
    const data = bookingAnswer.parse(answerEmpty(claim.parse(JSON.parse(text))));
    return JSON.stringify({ result: { data } });
  }

  server.listen(env.PORT, env.HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return `http://${env.HOST}:${address.port}`;
}

function readBody(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks).toString()));
}
