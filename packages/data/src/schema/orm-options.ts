import { Migrator } from '@mikro-orm/migrations';
import { defineConfig } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { boundWaiting } from '../connection/bounded-pool.ts';
import { type DatabaseOptions, poolSizeMaxDefault } from '../connection/database-options.ts';
import { connectionConfig, patienceSettings } from '../connection/connection-config.ts';
import { askingLayout, type Layout } from '../connection/layout.ts';
import { ArchivePart } from './entities/archive-part.ts';
import { Booking } from './entities/booking.ts';
import { Erasure } from './entities/erasure.ts';
import { Event } from './entities/event.ts';
import { LedgerRow } from './entities/ledger-row.ts';
import { Order } from './entities/order.ts';
import { OutboxRow } from './entities/outbox-row.ts';
import { Removal } from './entities/removal.ts';
import { migrations } from './migrations/index.ts';

const readQueueLengthMaxDefault = 1_000;

/**
 * Options of MikroORM, for the running database and for new migrations alike. `onLayout` hears of each new connection
 * how the tables lie.
 */
export function ormOptions(
  options: DatabaseOptions,
  onLayout: (layout: Layout) => void = () => {},
) {
  const connectionCountMax = options.poolSizeMax ?? poolSizeMaxDefault;
  const connection = askingLayout(connectionConfig(options, patienceSettings(options)), onLayout);
  return defineConfig({
    dbName: connection.database,
    entities: [Event, Booking, LedgerRow, OutboxRow, Order, Removal, ArchivePart, Erasure],
    extensions: [Migrator],
    // With it, MikroORM checks versions by SELECT, and then updates by primary key alone. That loses
    // updates: see test/schema.int.test.ts.
    useBatchUpdates: false,
    // Opening must not need the server: it may come back later.
    ensureDatabase: false,
    forceUtcTimezone: true,
    pool: { max: connectionCountMax },
    // Beside the types of its columns, MikroORM adds nothing to these.
    driverOptions: {
      ...connection,
      onPoolCreated: (pool: Pool) =>
        boundWaiting(pool, {
          connectionCountMax,
          waitingCountMax: options.readQueueLengthMax ?? readQueueLengthMaxDefault,
          waitMaxMs: connection.connectionTimeoutMillis,
        }),
    },
    migrations: {
      tableName: 'holdfast_migrations',
      pathTs: 'src/schema/migrations',
      migrationsList: migrations,
      snapshot: true,
      snapshotName: 'schema',
      snapshotOnMigrate: false,
      disableForeignKeys: false,
      silent: true,
    },
  });
}
