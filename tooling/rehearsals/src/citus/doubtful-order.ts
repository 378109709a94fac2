import { setTimeout as sleep } from 'node:timers/promises';
import { createHoldfastClient, HoldfastError, newId } from '@holdfast/client';
import { makeUsers, type Stack } from '@holdfast/cli/parts';
import { queryOnce } from '@holdfast/services';
import { type EventsApart, type Node, type Nodes, nodeWith } from './node.ts';

/** An order of seats of two events, which lie on two nodes. */
export interface DoubtfulOrder {
  readonly orderId: string;
  /** Sends it, under its one id, and gives what it is told: the status, or the fault. */
  send(attemptCountMax: number): Promise<string>;
}

const attemptTimeoutMs = 12_000;
const totalTimeoutMs = 60_000;

/**
 * Its own row lies with the event of the survivor: from it the audit sees whether the other event lacks the order.
 */
export async function makeOrder(
  stack: Stack,
  nodes: Nodes,
  apart: EventsApart,
): Promise<DoubtfulOrder> {
  let orderId = newId();
  while ((await nodeWith(nodes, 'orders', orderId)) !== apart.survivor) orderId = newId();
  const lines = [apart.eventOfVictim, apart.eventOfSurvivor].map((eventId) => ({
    eventId,
    quantity: 1,
  }));
  const token = makeUsers(stack, 1)[0]?.token ?? '';
  return {
    orderId,
    send: async (attemptCountMax) => {
      const retry = { attemptCountMax, attemptTimeoutMs, totalTimeoutMs };
      const { order } = createHoldfastClient({ url: stack.url, token, retry });
      const told = await order.place({ orderId, lines, as: 'confirmed' }).catch(faultOf);
      return 'bookings' in told ? 'placed' : told.status;
    },
  };
}

function faultOf(error: unknown): { readonly status: string } {
  if (error instanceof HoldfastError) return { status: error.fault };
  throw error;
}

/**
 * What a node has promised to commit: a prepared transaction that writes bookings. The relay's writes none. Citus hides
 * its shards among tables, but a routine locks the table that they are of, too.
 */
const promises = `
  select count(distinct p.gid)::int as count
  from pg_prepared_xacts p
  join pg_locks own on own.transactionid = p.transaction
  join pg_locks l on l.virtualtransaction = own.virtualtransaction
    and l.pid is not distinct from own.pid
  join pg_class c on c.oid = l.relation
  where p.database = current_database() and c.relname = 'bookings'
    and l.mode = 'RowExclusiveLock'`;

export async function countPromises({ url }: Node): Promise<number> {
  const { rows } = await queryOnce<{ count: number }>(url, promises);
  return rows[0]?.count ?? 0;
}

const lookEveryMs = 20;
const settledMsMax = 60_000;

/** Resolves when no node is bound by a promise any more. */
export async function untilNothingIsPromised({ workers }: Nodes): Promise<void> {
  const deadline = performance.now() + settledMsMax;
  for (const node of workers) {
    while ((await countPromises(node)) > 0) {
      if (performance.now() > deadline) throw new Error('A node is still bound by its promise.');
      await sleep(lookEveryMs);
    }
  }
}

/** In how many of its two events the order is. */
export async function countEventsWith({ databaseUrl }: Stack, orderId: string): Promise<number> {
  const { rows } = await queryOnce<{ count: number }>(
    databaseUrl,
    'select count(*)::int as count from bookings where id = $1',
    { values: [orderId] },
  );
  return rows[0]?.count ?? 0;
}
