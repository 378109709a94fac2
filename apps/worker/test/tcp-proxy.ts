import { connect, createServer, type Server, type Socket } from 'node:net';

/** A stretch of network between the worker and a service, which can be cut and mended. */
export interface TcpProxy {
  /** The service's URL, by way of the proxy. */
  readonly url: string;
  /** Breaks every connection and takes no new one. */
  cut(): Promise<void>;
  /** Takes connections again, on the same port. */
  mend(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Stands in front of the service that `target` names. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const url = new URL(target);
  const to = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  let server: Server | null = null;
  async function open(port: number): Promise<number> {
    server = createServer((near) => {
      const far = connect(to);
      track(near);
      track(far);
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }
  async function cut(): Promise<void> {
    const closing = server;
    server = null;
    if (closing === null) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  const port = await open(0);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut,
    mend: async () => void (await open(port)),
    [Symbol.asyncDispose]: cut,
  };
}
