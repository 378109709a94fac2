import { once } from 'node:events';
import { createServer, type ListenOptions } from 'node:net';

/** Could a server listen on this port of 127.0.0.1 now, without sharing it? Port 0 always can. */
export function isPortFree(port: number): Promise<boolean> {
  return canListen({ port });
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
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
