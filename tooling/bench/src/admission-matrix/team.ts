import type { ServerUnderTest } from '../server/start-server.ts';
import type { Place, Stand } from '../stand.ts';
import type { Variant } from './variants.ts';

/** The processes of one variant, which share a port and a database of their own. */
export interface Team extends AsyncDisposable {
  readonly variant: Variant;
  readonly place: Place;
  readonly url: string;
  readonly servers: readonly ServerUnderTest[];
}

export interface TeamPlan {
  readonly variant: Variant;
  readonly processCount: number;
  /** Connections of each process to PostgreSQL, at most. */
  readonly poolSize: number;
  /** The URL by which it reaches the database, where it does not go straight there. */
  readonly byWayOf: (databaseUrl: string) => string;
}

/** Starts the processes of a variant. */
export async function startTeam(stand: Stand, plan: TeamPlan): Promise<Team> {
  const { variant, processCount, poolSize, byWayOf } = plan;
  const place = await stand.newPlace(variant.hasRedis ? 'holdfast' : 'holdfast_without_admission');
  const settings = {
    ...variant.settings,
    DATABASE_URL: byWayOf(place.databaseUrl),
    DATABASE_POOL_SIZE: String(poolSize),
  };
  const first = await place.startServer('any_shared', settings);
  const servers = [first];
  const port = Number(new URL(first.url).port);
  while (servers.length < processCount) servers.push(await place.startServer(port, settings));
  return {
    variant,
    place,
    url: first.url,
    servers,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}
