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
    answer(request).then(
      (text) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      },
      () => response.writeHead(500).end(),
    );
  });

  async function answer(request: IncomingMessage): Promise<string> {
    const [user, text] = await Promise.all([
      authenticate(request.headers.authorization),
      readBody(request),
    ]);
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

function readBody(request: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (text += chunk));
  request.on('end', () => resolve(text));
  request.on('error', reject);
  return promise;
}
