import { once } from 'node:events';
import { createServer } from 'node:net';

/** Could a server listen on this port of 127.0.0.1 now? Port 0 always can. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
