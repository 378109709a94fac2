import { connect, type Socket } from 'node:net';
import { connect as connectWithTls } from 'node:tls';
import type { RedisServer } from '@holdfast/server-urls';

/** Where a Redis or a sentinel listens, and how. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: RedisServer['tls'];
}

/**
 * Connects as ioredis does, and goes on listening for errors: ioredis hears the first one of a socket
 * alone. One with TLS may have two (we do not trust it, and then its alert that it noticed), and the
 * second, which nobody heard, ended the process.
 */
export function openSocket({ host, port, tls }: Place, onError: (error: Error) => void): Socket {
  const place = { host, port };
  const socket = tls === false ? connect(place) : connectWithTls({ ...tls, ...place });
  return socket.on('error', onError);
}
