import type { ClientBase } from 'pg';
import type { ConnectionConfig } from './connection-config.ts';

/** How the tables of a database lie. */
export interface Layout {
  /** They are cut by event and spread over several servers, by Citus. False until a connection has told. */
  readonly isDistributed: boolean;
}

/** Called for each new connection, when it is known how the tables lie. */
type OnLayout = (layout: Layout, client: ClientBase) => Promise<void> | void;

/**
 * The options of a connection that asks how the tables lie before it is used. So a process needs no setting for it,
 * and new connections follow when tables are distributed.
 *
 * @example new Pool(askingLayout(config, (layout) => note(layout)))
 */
export function askingLayout(config: ConnectionConfig, onLayout: OnLayout): ConnectionConfig {
  return {
    ...config,
    async onConnect(client) {
      await config.onConnect?.(client);
      await onLayout(await readLayout(client), client);
    },
  };
}

const extension = `select from pg_extension where extname = 'citus'`;
const table = `select from pg_dist_partition where logicalrelid = to_regclass('events')`;

/**
 * Asks how the tables lie. On a database without the extension that is one question.
 *
 * @example await readLayout(client) // { isDistributed: false }
 */
async function readLayout(client: ClientBase): Promise<Layout> {
  const { rowCount: extensionCount } = await client.query(extension);
  if (extensionCount === 0) return { isDistributed: false };
  const { rowCount: tableCount } = await client.query(table);
  return { isDistributed: tableCount === 1 };
}
