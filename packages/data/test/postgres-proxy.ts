import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where the wire is cut: before the request reaches the server, or after the server has answered. */
export type Cut = 'before the request' | 'before the answer';

/** A wire to PostgreSQL that a test can cut at a chosen statement. */
export interface PostgresProxy {
  readonly url: string;
  /** Cuts the connection of the next request that names this statement, just after `first` is done. */
  cutNext(statement: string, cut: Cut, first?: () => unknown): void;
  /** How many connections have been cut. */
  readonly cutCount: number;
  /** Refuses new connections and drops the open ones, until `heal`. */
  stop(): void;
  heal(): void;
  close(): Promise<void>;
}

/** Starts a proxy on loopback in front of the server that `url` names. */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const open = new Set<Socket>();
  let plan: { statement: string; cut: Cut; first: () => unknown } | null = null;
  let isStopped = false;
  let cutCount = 0;

  const drop = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (isStopped) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const cutClient = async (first: () => unknown) => {
      cutCount += 1;
      await first();
      client.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (request) => {
      if (plan === null || !request.includes(plan.statement)) {
        upstream.write(request);
        return;
      }
      const { cut, first } = plan;
      plan = null;
      if (cut === 'before the request') {
        void cutClient(first);
        return;
      }
      upstream.write(request);
      upstream.removeAllListeners('data');
      upstream.once('data', () => void cutClient(first));
    });
    upstream.on('data', (answer) => {
      client.write(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.hostname = '127.0.0.1';
  const proxied = new URL(target);
  proxied.port = String((server.address() as AddressInfo).port);

  return {
    url: proxied.href,
    cutNext: (statement, cut, first = () => {}) => {
      plan = { statement, cut, first };
    },
    get cutCount() {
      return cutCount;
    },
    stop: () => {
      isStopped = true;
      drop();
    },
    heal: () => {
      isStopped = false;
    },
    close: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}
