import { connect, createServer, type Socket } from 'node:net';

/** What happens to one connection: it is cut before the request gets through, or the answer, or not. */
export type Cut = 'before_request' | 'before_answer' | 'never';

/**
 * A stretch of network in front of the api that cuts connections: the first as the first of `cuts`
 * says, and so on; those that follow are left alone.
 */
export async function cuttingProxy(target: string, cuts: readonly Cut[]) {
  const { hostname: host, port } = new URL(target);
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  const server = createServer((near) => {
    const cut = cuts[connectionCount] ?? 'never';
    connectionCount += 1;
    const far = connect({ host, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    if (cut === 'before_request') near.once('data', () => near.destroy());
    else near.pipe(far);
    if (cut === 'before_answer') far.once('data', () => near.destroy());
    else far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    connectionCount: () => connectionCount,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
