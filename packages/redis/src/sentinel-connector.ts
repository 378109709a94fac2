import { Socket } from 'node:net';
import { AbstractConnector } from 'ioredis';
import { findMaster, type FoundMaster, type Question } from './find-master.ts';
import { openSocket } from './open-socket.ts';

/** As ioredis hears of an error of a connection that goes on. */
type Emit = (type: string, error: Error) => void;

const disconnectTimeoutMs = 2_000;

/**
 * How ioredis connects to whichever Redis the sentinels call the master: they are asked for each new
 * connection. A failover ends the connections to the old master: it is dead, or the sentinels cut them when
 * it becomes a replica, or it says READONLY.
 *
 * ioredis' own has three flaws for us: where all sentinels answer that they know no such master, it says that
 * they are unreachable; while it asks again and again, the connection has no events; and the second error of
 * a socket with TLS ends the process (see openSocket).
 *
 * @example new Redis({ Connector: sentinelConnector({ sentinels, tls: false }) })
 */
export function sentinelConnector(question: Question): new () => AbstractConnector {
  return class extends AbstractConnector {
    /** Whom to ask first: the one that was right the last time. */
    #first = 0;
    #found: FoundMaster | null = null;
    #emit: Emit = () => {};

    constructor() {
      super(disconnectTimeoutMs);
    }

    /** Hears what INFO says before the connection counts as ready, where it may be read. */
    override check({ role }: { readonly role?: string }): boolean {
      if (role === undefined || role === 'master') return true;
      const { host = '', port = 0, saidBy = 0 } = this.#found ?? {};
      // That sentinel is cut off, or has not heard yet. Another one may have.
      this.#first = saidBy + 1;
      this.#emit(
        'error',
        new Error(`A sentinel says that ${host}:${port} is the master: a ${role}.`),
      );
      return false;
    }

    override async connect(emit: Emit): Promise<Socket> {
      this.connecting = true;
      this.#emit = emit;
      const socket = await this.#openSocket();
      if (this.#hasLeft()) {
        socket.destroy();
        throw new Error('Connection is closed.');
      }
      this.stream = socket;
      return socket;
    }

    /** Was it told to disconnect while it asked? */
    #hasLeft(): boolean {
      return !this.connecting;
    }

    async #openSocket(): Promise<Socket> {
      const note = (error: Error) => {
        this.firstError = error;
      };
      try {
        this.#found = await findMaster(question, this.#first);
        this.#first = this.#found.saidBy;
        return openSocket({ ...this.#found, tls: question.tls }, note);
      } catch (error) {
        note(error instanceof Error ? error : new Error(String(error)));
        // A connection that fails is tried again; a connector that throws ends ioredis for good.
        return new Socket().destroy();
      }
    }
  };
}
