import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a TCP server that can be cut and restored. */
export interface Proxy {
  readonly port: number;
  /** Breaks every connection, and accepts none until `restore`. */
  cut(): void;
  /** From now on no byte passes, though connections stay: a server that is silent. */
  freeze(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a server on this machine. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let mode: 'open' | 'cut' | 'frozen' = 'open';

  const server = createServer((client) => {
    if (mode === 'cut') return void client.destroy();
    const target = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => mode === 'frozen' || to.write(chunk));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function breakAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      mode = 'cut';
      breakAll();
    },
    freeze() {
      mode = 'frozen';
    },
    restore() {
      // What was frozen in the middle of a message cannot go on.
      if (mode === 'frozen') breakAll();
      mode = 'open';
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
