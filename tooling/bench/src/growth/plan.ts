/** So much stands in the tables before anything is measured. */
export interface GrowthLevel {
  readonly eventCount: number;
  readonly bookingsEach: number;
}

/** What `bench --growth` does. */
export interface GrowthPlan {
  readonly mode: 'growth' | 'tiny';
  /** The first is what the others are compared with. */
  readonly levels: readonly GrowthLevel[];
  readonly roundCount: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly userCount: number;
  readonly connections: number;
}

const bookingsEach = 1_000;

/** Ten million take some 10 GB of disk, and minutes. */
export const bookingCounts = [10_000, 1_000_000, 10_000_000];

/** The levels up to so many bookings, and one of many events with a booking each. */
export function growthPlan(bookingCountMax = Infinity): GrowthPlan {
  const grown = bookingCounts
    .filter((count) => count <= bookingCountMax)
    .map((count) => ({ eventCount: count / bookingsEach, bookingsEach }));
  return {
    mode: 'growth',
    levels: [...grown, { eventCount: 100_000, bookingsEach: 1 }],
    roundCount: 5,
    durationMs: 2_000,
    warmUpMs: 3_000,
    userCount: 60_000,
    connections: 100,
  };
}

/** Does it work at all? */
export const tinyGrowth: GrowthPlan = {
  mode: 'tiny',
  levels: [
    { eventCount: 2, bookingsEach: 20 },
    { eventCount: 40, bookingsEach: 1 },
  ],
  roundCount: 1,
  durationMs: 600,
  warmUpMs: 300,
  userCount: 2_000,
  connections: 20,
};
