import type { Socket } from 'node:net';
import { AbstractConnector } from 'ioredis';
import { openSocket, type Place } from './open-socket.ts';

const disconnectTimeoutMs = 2_000;

/** Connects ioredis to the place that its options name. */
export class TlsConnector extends AbstractConnector {
  readonly #place: Place;

  constructor(options: unknown) {
    super(disconnectTimeoutMs);
    // ioredis hands over the options that it was given, whose type has no name there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#place = options as Place;
  }

  override async connect(): Promise<Socket> {
    this.connecting = true;
    const socket = openSocket(this.#place, (error) => {
      this.firstError = error;
    });
    this.stream = socket;
    return socket;
  }
}
