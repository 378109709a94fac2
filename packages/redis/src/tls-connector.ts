import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AbstractConnector } from 'ioredis';

/** What it takes of ioredis' options. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: ConnectionOptions;
}

const disconnectTimeoutMs = 2_000;

/**
 * Connects with TLS as ioredis does, and goes on listening for errors: ioredis hears the first one of a
 * socket alone. One with TLS may have two (we do not trust it, and then its alert that it noticed), and
 * the second, which nobody heard, ended the process.
 */
export class TlsConnector extends AbstractConnector {
  readonly #place: Place;

  constructor(options: unknown) {
    super(disconnectTimeoutMs);
    // ioredis hands over the options that it was given, whose type has no name there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#place = options as Place;
  }

  override async connect(): Promise<TLSSocket> {
    const { host, port, tls } = this.#place;
    this.connecting = true;
    const socket = connect({ ...tls, host, port });
    socket.on('error', (error: Error) => {
      this.firstError = error;
    });
    this.stream = socket;
    return socket;
  }
}
