import { once } from 'node:events';
import { createServer } from 'node:http';
import { constants, setPriority } from 'node:os';
import { answerParent } from '../child.ts';

/**
 * Stands where a collector of OpenTelemetry would, in a process of its own, which gives way to all others on this
 * machine: it takes what it is sent, and looks at nothing of it.
 */
setPriority(constants.priority.PRIORITY_LOW);

/** By the first part of the path, which says who sent them. */
const byteCounts = new Map<string, number>();

const server = createServer((request, response) => {
  const [, sender = ''] = (request.url ?? '').split('/');
  request.on('data', (chunk: Buffer) => {
    byteCounts.set(sender, (byteCounts.get(sender) ?? 0) + chunk.length);
  });
  request.on('end', () => void response.end());
});
server.listen(0, '127.0.0.1');
const listening = once(server, 'listening');

const functions = {
  async url() {
    await listening;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('It has no port.');
    return `http://127.0.0.1:${address.port}`;
  },
  byteCountOf: (sender: string) => byteCounts.get(sender) ?? 0,
};

export type CollectorFunctions = typeof functions;

answerParent(functions);
