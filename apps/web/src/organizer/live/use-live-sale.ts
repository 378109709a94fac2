import { useHoldfastClient } from '@holdfast/react';
import { useEffect, useReducer } from 'react';
import { emptyRecord, recordWith, type SaleRecord } from './sale-record.ts';
import type { SaleUpdate } from '@holdfast/client';

/**
 * `unreachable`: nothing was told yet, and the first try has failed; it is tried again by itself. `live`: told within the last seconds. `stale`: it was told, and nothing comes any more; it is tried again by
 * itself. `failed`: no waiting helps.
 */
export type SaleConnection =
  | { readonly status: 'opening' }
  | { readonly status: 'unreachable' }
  | { readonly status: 'live' }
  | { readonly status: 'stale'; readonly sinceMs: number }
  | { readonly status: 'failed'; readonly error: unknown };

interface Watched {
  readonly record: SaleRecord;
  readonly connection: SaleConnection;
  /** When it was told last, by this browser's clock. */
  readonly toldAtMs: number;
}

type News =
  | { readonly type: 'told'; readonly update: SaleUpdate; readonly atMs: number }
  | { readonly type: 'silent'; readonly atMs: number }
  | { readonly type: 'cut' }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'begun' };

/** A message comes each second. */
const silentMsMax = 4_000;
const lookEveryMs = 1_000;

const atFirst: Watched = { record: emptyRecord, connection: { status: 'opening' }, toldAtMs: 0 };

/**
 * How the sale of an event goes, as it goes on.
 *
 * @example const { record, connection } = useLiveSale(eventId);
 */
export function useLiveSale(eventId: string): Pick<Watched, 'record' | 'connection'> {
  const client = useHoldfastClient();
  const [watched, tell] = useReducer(watchedAfter, atFirst);
  useEffect(() => {
    const left = new AbortController();
    const { signal } = left;
    tell({ type: 'begun' });
    const timer = setInterval(() => tell({ type: 'silent', atMs: Date.now() }), lookEveryMs);
    const onCut = () => tell({ type: 'cut' });
    const onTold = (update: SaleUpdate) => tell({ type: 'told', update, atMs: Date.now() });
    const sale = client.event.sale({ eventId }, { signal, onCut });
    follow(sale, onTold).catch((error: unknown) => {
      clearInterval(timer);
      if (!signal.aborted) tell({ type: 'failed', error });
    });
    return () => {
      clearInterval(timer);
      left.abort();
    };
  }, [client, eventId]);
  return watched;
}

function watchedAfter(watched: Watched, news: News): Watched {
  switch (news.type) {
    case 'begun':
      return atFirst;
    case 'told':
      return {
        record: recordWith(watched.record, news.update),
        connection: { status: 'live' },
        toldAtMs: news.atMs,
      };
    case 'silent': {
      const isSilent = news.atMs - watched.toldAtMs > silentMsMax;
      if (watched.connection.status !== 'live' || !isSilent) return watched;
      return { ...watched, connection: { status: 'stale', sinceMs: watched.toldAtMs } };
    }
    case 'cut': {
      const isNew = watched.connection.status === 'opening';
      return isNew ? { ...watched, connection: { status: 'unreachable' } } : watched;
    }
    case 'failed':
      return { ...watched, connection: { status: 'failed', error: news.error } };
  }
}

async function follow(
  sale: AsyncIterable<SaleUpdate>,
  onTold: (update: SaleUpdate) => void,
): Promise<void> {
  for await (const update of sale) onTold(update);
}
