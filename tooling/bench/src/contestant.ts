import { openEvents } from './load/events.ts';
import type { BenchPlan, LoadName } from './plan.ts';
import type { ServerUnderTest } from './server/start-server.ts';
import type { Place, Stand } from './stand.ts';
import { ways } from './ways/all.ts';
import type { Way } from './ways/way.ts';

/** A way or a ceiling, with its running server. */
export interface Contestant {
  readonly name: string;
  /** `null`: a ceiling. */
  readonly way: Way | null;
  readonly place: Place;
  readonly url: string;
  readonly servers: readonly ServerUnderTest[];
  /** The events that the next run of a load of this name books. */
  eventsFor(load: LoadName): Promise<readonly string[]>;
}

/** How many events there are where there are many, and seats where they are scarce. */
type EventCounts = Pick<BenchPlan, 'eventCount' | 'scarceSeatCount'>;

/** More seats than there are users, whatever the round. */
const plentyOfSeats = 1_000_000;

/** Starts one process for the way or the ceiling of this name, with a database of its own. */
export async function startContestant(
  stand: Stand,
  plan: EventCounts,
  name: string,
): Promise<Contestant> {
  const place = await stand.newPlace(name);
  const server = await place.startServer(null);
  return contestantAt(place, [server], plan);
}

/** Starts so many processes on one port. */
export async function startTogether(
  place: Place,
  plan: EventCounts,
  processCount: number,
): Promise<Contestant> {
  const first = await place.startServer('any_shared');
  const servers = [first];
  const port = Number(new URL(first.url).port);
  while (servers.length < processCount) servers.push(await place.startServer(port));
  return contestantAt(place, servers, plan);
}

function contestantAt(
  place: Place,
  servers: readonly ServerUnderTest[],
  plan: EventCounts,
): Contestant {
  const way = ways.find(({ name }) => name === place.name) ?? null;
  const { database } = place;
  let many: Promise<readonly string[]> | null = null;
  let runCount = 0;
  return {
    name: place.name,
    way,
    place,
    url: servers[0]?.url ?? '',
    servers,
    async eventsFor(load) {
      const seatCount = load === 'sell_out' ? plan.scarceSeatCount : plentyOfSeats;
      const isMany = load === 'many' || load === 'get' || load === 'list';
      const count = load === 'twenty' ? 20 : 1;
      if (!isMany) return openEvents(database, { count, seatCount });
      // The same in every run: making them takes longer than booking.
      many ??= openEvents(database, { count: plan.eventCount, seatCount });
      runCount += 1;
      return turned(await many, runCount);
    },
  };
}

/** In every run each user meets another event: who has a booking of it is refused a second one. */
function turned(eventIds: readonly string[], runCount: number): readonly string[] {
  const by = runCount % eventIds.length;
  return [...eventIds.slice(by), ...eventIds.slice(0, by)];
}
