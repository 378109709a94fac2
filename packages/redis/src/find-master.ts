import type { Address, RedisServer, Sentinels } from '@holdfast/server-urls';
import { Redis } from 'ioredis';
import { TlsConnector } from './tls-connector.ts';
import { within } from './within.ts';

/** Whom to ask, and for whom. */
export interface Question extends Pick<RedisServer, 'tls'> {
  readonly sentinels: Sentinels;
}

export interface FoundMaster extends Address {
  /** Which sentinel said so, by its place among them. */
  readonly saidBy: number;
}

/** One that is silent for longer is passed over. */
const answerTimeoutMs = 1_000;

/**
 * Asks the sentinels, one after the other, from the one in this place on, until one of them says where
 * the master is. Each has a second.
 *
 * @throws Error with what each of them said instead
 * @example await findMaster({ sentinels, tls: false }, 0) // { host: '10.0.0.1', port: 6379, saidBy: 0 }
 */
export async function findMaster(question: Question, first: number): Promise<FoundMaster> {
  const { addresses, masterName } = question.sentinels;
  const problems: string[] = [];
  for (let turn = 0; turn < addresses.length; turn += 1) {
    const saidBy = (first + turn) % addresses.length;
    const sentinel = addresses[saidBy] ?? addresses[0];
    try {
      return { ...(await ask(question, sentinel)), saidBy };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push(`${sentinel.host}:${sentinel.port}: ${why}`);
    }
  }
  throw new Error(`No sentinel says where the master ${masterName} is. ${problems.join('; ')}`);
}

async function ask({ sentinels, tls }: Question, { host, port }: Address): Promise<Address> {
  const { username, password, masterName } = sentinels;
  const redis = new Redis({
    host,
    port,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== false && { tls, Connector: TlsConnector }),
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: unknown;
  redis.on('error', (error: unknown) => {
    cause ??= error;
  });
  try {
    const reply = await within(answerTimeoutMs, async () => {
      await redis.connect();
      return await redis.call('SENTINEL', 'get-master-addr-by-name', masterName);
    });
    return addressFrom(reply);
  } catch (error) {
    // That a connection is closed says less than why it was.
    throw cause ?? error;
  } finally {
    redis.disconnect();
  }
}

function addressFrom(reply: unknown): Address {
  const [host, port] = Array.isArray(reply) ? reply.map(String) : [];
  if (host !== undefined && port !== undefined) return { host, port: Number(port) };
  throw new Error('It knows no master of this name.');
}
