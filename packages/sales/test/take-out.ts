import type { Pool } from 'pg';

/** A text of the statements, and what stands there instead: a guard that is taken out. */
export type TakenOut = readonly [text: string, instead: string];

/** Every statement of these connections goes without this guard. */
export function takeOut(pool: Pool, [text, instead]: TakenOut): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const unguarded = (config: unknown, ...rest: unknown[]) => {
      const isNamed = typeof config === 'object' && config !== null && 'text' in config;
      if (!isNamed || typeof config.text !== 'string') return query(config, ...rest);
      return query({ ...config, text: config.text.replace(text, instead) }, ...rest);
    };
    Object.assign(client, { query: unguarded });
  });
}
