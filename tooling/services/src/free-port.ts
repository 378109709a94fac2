import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ListenOptions } from 'node:net';

/**
 * Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing
 * connections. A server that is down for a fault test must find its port free when it comes back:
 * a client that keeps dialling a dead port inside that range can be given the very same port as its
 * own end, and then connects to itself and holds it.
 */
const portMin = 15_000;
const portMax = 32_000;
const attemptsMax = 100;

/**
 * A TCP port that nobody listens on at 127.0.0.1 now, or the first of several in a row. Another
 * process may take it before its caller does, so callers try again with another one.
 */
export async function findFreePort(portCount = 1): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const port = randomInt(portMin, portMax);
    if (await arePortsFree(port, portCount)) return port;
  }
  throw new Error(
    `No free port on 127.0.0.1 in ${attemptsMax} tries from ${portMin} to ${portMax}`,
  );
}

/** Can a server listen on all of these ports of 127.0.0.1 now? */
export async function arePortsFree(first: number, portCount: number): Promise<boolean> {
  const ports = Array.from({ length: portCount }, (_, index) => isPortFree(first + index));
  return (await Promise.all(ports)).every(Boolean);
}

/** Could a server listen on this port of 127.0.0.1 now, without sharing it? Port 0 always can. */
export function isPortFree(port: number): Promise<boolean> {
  return canListen({ port, exclusive: true });
}

/** Can several processes listen on one port here? Linux and the BSDs can, macOS cannot. */
export function canSharePorts(): Promise<boolean> {
  return canListen({ port: 0, reusePort: true });
}

async function canListen(how: ListenOptions): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ ...how, host: '127.0.0.1' });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
