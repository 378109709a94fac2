import { type RedisServer, readRedisUrl } from '@holdfast/server-urls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { sentinelConnector } from './sentinel-connector.ts';
import { TlsConnector } from './tls-connector.ts';

/** One Redis, wherever it is now, or a cluster of them. */
export type RedisConnection = Redis | Cluster;

/**
 * What a connection is for:
 * `admission`: never waits for a Redis that is away, and sends nothing twice by itself;
 * `queue`: waits for as long as it takes, as BullMQ's blocking commands need it;
 * `cache`: as admission, and waits a little for the first connection.
 */
export type RedisPurpose = 'admission' | 'queue' | 'cache';

interface PurposeOptions {
  readonly redis: Pick<
    RedisOptions,
    'maxRetriesPerRequest' | 'enableOfflineQueue' | 'connectTimeout' | 'socketTimeout'
  >;
  readonly reconnectDelayMaxMs: number;
  /**
   * Does the connection to a dead node of a cluster stay, and dial it for ever? Otherwise it is
   * dropped, and made anew when the cluster says (each second) that the node is there.
   */
  readonly keepsDeadNodes: boolean;
  readonly redirectCountMax: number;
  /** After this, a command that a cluster could not take is tried again; 0: it fails at once. */
  readonly retryDelayMs: number;
}

const optionsByPurpose: Record<RedisPurpose, PurposeOptions> = {
  admission: {
    redis: {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      connectTimeout: 1_000,
      // A Redis that is silent for longer is taken for dead, and dialled anew.
      socketTimeout: 1_000,
    },
    reconnectDelayMaxMs: 500,
    keepsDeadNodes: true,
    redirectCountMax: 3,
    retryDelayMs: 0,
  },
  queue: {
    redis: {
      // BullMQ's condition: a blocked command must outlive a reconnect.
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      connectTimeout: 5_000,
      // The longest command blocks for 10 s.
      socketTimeout: 15_000,
    },
    reconnectDelayMaxMs: 2_000,
    // Tried with BullMQ 6.7: a worker whose masters were all killed and restarted never fetched
    // again with such connections (20 s waited), and without them in 2.4 s.
    keepsDeadNodes: false,
    // For 10 s in all: a cluster whose masters restart takes nothing for 2 s.
    redirectCountMax: 100,
    retryDelayMs: 100,
  },
  cache: {
    redis: {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      connectTimeout: 1_000,
      socketTimeout: 1_000,
    },
    reconnectDelayMaxMs: 1_000,
    keepsDeadNodes: true,
    redirectCountMax: 3,
    retryDelayMs: 0,
  },
};

const reconnectDelayStepMs = 50;
/** How often the nodes of a cluster are asked who has which keys. */
const slotsRefreshMs = 1_000;

/**
 * Connects to one Redis, to the one that sentinels call the master, or to a Redis Cluster, in the
 * background, and reconnects for ever.
 *
 * One that answers, and is no master that takes writes (any more), is dialled anew as well: its name, or
 * the sentinels, may lead to the new master by now. In a cluster the nodes themselves say who that is.
 *
 * The connection's errors are swallowed here (they end no process): listen to `error` to log them, or
 * ask `whyAway`.
 *
 * @throws UrlInvalid for a URL that is not understood.
 * @example const redis = connectRedis('redis://:secret@127.0.0.1:6379', 'admission')
 */
export function connectRedis(url: string, purpose: RedisPurpose): RedisConnection {
  const server = readRedisUrl(url);
  const redis = server.isCluster ? connectCluster(server, purpose) : connectOne(server, purpose);
  // Without a listener, ioredis prints each of them.
  return redis.on('error', (error: unknown) => void lastErrors.set(redis, error));
}

const lastErrors = new WeakMap<RedisConnection, unknown>();

/**
 * What keeps this connection from being ready, in the server's words or the network's, where a call
 * that failed with `error` says no more than that it is not. `error` where it is ready, or unknown.
 */
export function whyAway(redis: RedisConnection, error: unknown): unknown {
  return redis.status === 'ready' ? error : (lastErrors.get(redis) ?? error);
}

/** What a server says that cannot do its work now, though another one of this name may. */
const notTheMaster = /\bREADONLY\b|^LOADING\b|^MASTERDOWN\b/;

function connectOne(server: RedisServer, purpose: RedisPurpose): Redis {
  const { redis, reconnectDelayMaxMs } = optionsByPurpose[purpose];
  const { host, port, socketPath, sentinels, tls } = server;
  const connection: Redis = new Redis({
    ...redis,
    ...accessOf(server),
    ...(socketPath === null ? { host, port } : { path: socketPath }),
    ...(sentinels !== null && { Connector: sentinelConnector({ sentinels, tls }) }),
    db: server.database,
    retryStrategy: delayUpTo(reconnectDelayMaxMs),
    reconnectOnError(error) {
      const isElsewhere = notTheMaster.test(error.message);
      if (isElsewhere) lastErrors.set(connection, error);
      return isElsewhere;
    },
  });
  return connection;
}

function connectCluster(server: RedisServer, purpose: RedisPurpose): Cluster {
  const options = optionsByPurpose[purpose];
  const { enableOfflineQueue, ...redis } = options.redis;
  const cluster = new Cluster([{ host: server.host, port: server.port }], {
    enableOfflineQueue,
    redisOptions: { ...redis, ...accessOf(server) },
    clusterRetryStrategy: delayUpTo(options.reconnectDelayMaxMs),
    clusterNodeRetryStrategy: options.keepsDeadNodes
      ? delayUpTo(options.reconnectDelayMaxMs)
      : null,
    slotsRefreshInterval: slotsRefreshMs,
    maxRedirections: options.redirectCountMax,
    retryDelayOnFailover: options.retryDelayMs,
    retryDelayOnClusterDown: options.retryDelayMs,
    // A certificate names the host, not the address that it has today.
    ...(server.tls !== false && { dnsLookup: (host, callback) => callback(null, host) }),
  });
  dialNodes(cluster);
  return cluster;
}

/**
 * A node is dialled by its first command, and fails those that come meanwhile. So all are dialled
 * when they are known, though not before the cluster is: its own first question would fail, too.
 */
function dialNodes(cluster: Cluster): void {
  const dial = (node: Redis) => {
    if (node.status === 'wait') node.connect().catch(() => {});
  };
  cluster.on('ready', () => {
    for (const node of cluster.nodes()) dial(node);
  });
  cluster.on('+node', (node: Redis) => {
    if (cluster.status === 'ready') dial(node);
  });
}

function accessOf({ username, password, tls }: RedisServer) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== false && { tls, Connector: TlsConnector }),
  };
}

function delayUpTo(delayMaxMs: number) {
  return (times: number) => Math.min(times * reconnectDelayStepMs, delayMaxMs);
}
