import type { ConnectionsPlan } from './open-connections.ts';

/** What is put on a server: a hot event, one that sells out, twenty events, many of them; or it reads. */
export type LoadName = 'hot' | 'sell_out' | 'twenty' | 'many' | 'get' | 'list';

export interface RunPlan {
  readonly subject: string;
  readonly load: LoadName;
  readonly connections: number;
}

/** An open loop: rates, and how many callers may wait at a time. */
export interface ArrivalsBench {
  readonly ratesPerSecond: readonly number[];
  readonly connections: number;
  readonly durationMs: number;
}

/** What a bench does, and for how long. */
export interface BenchPlan {
  readonly mode: 'quick' | 'full' | 'replicated' | 'tiny';
  /** Does every commit wait for a standby, too? */
  readonly isReplicated: boolean;
  readonly roundCount: number;
  /** No further round begins that would end later than this after the bench's begin. */
  readonly roundsMsMax: number;
  readonly userCount: number;
  readonly eventCount: number;
  readonly scarceSeatCount: number;
  readonly durationMs: number;
  /** Of each run that only tables compare. */
  readonly furtherMs: number;
  readonly warmUpMs: number;
  /** Once a round: what ratios are taken between, each beside what it is compared with. */
  readonly runs: readonly RunPlan[];
  /** After these in the first rounds, so many of them: what only stands in tables. */
  readonly furtherRuns: readonly RunPlan[];
  readonly furtherRoundCount: number;
  /** Processes of the api on one port; empty: not measured. */
  readonly processCounts: readonly number[];
  /** Processes that call `commit` for one event; empty: not measured. */
  readonly writerCounts: readonly number[];
  /** Connections held open at a time; `null`: not measured. */
  readonly openConnections: ConnectionsPlan | null;
  /** Callers at rates of their own; `null`: not measured. */
  readonly arrivals: ArrivalsBench | null;
  readonly layerMs: number | null;
}

const wayNames = [
  'guide_optimistic',
  'row_lock',
  'one_update',
  'skip_locked',
  'guide_admission',
  'own_tables',
  'holdfast_without_admission',
  'holdfast',
] as const;

const on = (load: LoadName, connections: number, ...subjects: readonly string[]): RunPlan[] =>
  subjects.map((subject) => ({ subject, load, connections }));

/** A machine that others share changes its speed within minutes: neighbours are seconds apart. */
const ratioRuns = [
  ...on('hot', 100, 'nothing', 'bare', 'empty'),
  ...on('sell_out', 100, 'holdfast'),
  ...on('hot', 100, 'holdfast', 'rest'),
  ...on('many', 100, 'holdfast'),
  ...on('twenty', 100, 'holdfast', 'order'),
  ...on('many', 1_000, 'holdfast'),
  ...on('hot', 1_000, 'holdfast', 'empty'),
  ...on('hot', 100, 'own_tables', 'one_update', 'guide_optimistic'),
  ...on('hot', 1, 'one_update', 'holdfast'),
];

/** In a quick bench, these are judged where seats run out: what is compared, and the guide's own way. */
const quicklyJudged = ['guide_optimistic', 'one_update', 'guide_admission', 'own_tables'] as const;

/**
 * All ratios but one in about two minutes, on two cores. Left out: `writers4_over_1`, the ways
 * row_lock, skip_locked and holdfast_without_admission, the stock adapter, reads, several
 * processes, the open loop, layers.
 */
export const quickPlan: BenchPlan = {
  mode: 'quick',
  isReplicated: false,
  roundCount: 2,
  // What comes after the rounds takes 15 to 20 s on a busy machine.
  roundsMsMax: 95_000,
  userCount: 60_000,
  eventCount: 10_000,
  scarceSeatCount: 100,
  durationMs: 1_000,
  // Whether a way is safe shows in as long as its seats last.
  furtherMs: 600,
  // Until code is compiled a call takes three times as long.
  warmUpMs: 1_500,
  runs: ratioRuns,
  // Whether a way is safe needs no median.
  furtherRuns: [
    ...on('hot', 10, 'one_update', 'holdfast'),
    ...on('sell_out', 100, ...quicklyJudged, 'rest', 'order'),
  ],
  furtherRoundCount: 1,
  processCounts: [],
  writerCounts: [1],
  openConnections: { connections: 10_000, durationMs: 3_000 },
  arrivals: null,
  layerMs: null,
};

const allRuns = [
  ...on('hot', 100, 'stock'),
  ...[1, 10, 100, 1_000].flatMap((connections) => on('hot', connections, ...wayNames)),
  ...on('sell_out', 100, ...wayNames, 'rest', 'order'),
  ...on('many', 100, 'one_update', 'holdfast_without_admission', 'holdfast'),
  ...on('many', 1_000, 'one_update', 'holdfast_without_admission', 'holdfast'),
  ...[1, 1_000].flatMap((connections) => on('twenty', connections, 'holdfast', 'order')),
  ...on('get', 100, 'holdfast'),
  ...on('list', 100, 'holdfast'),
];

/** Everything, in a quarter of an hour. */
export const fullPlan: BenchPlan = {
  ...quickPlan,
  mode: 'full',
  roundCount: 6,
  roundsMsMax: 15 * 60_000,
  userCount: 100_000,
  scarceSeatCount: 300,
  durationMs: 2_500,
  furtherMs: 2_500,
  warmUpMs: 4_000,
  furtherRuns: allRuns.filter((one) => !ratioRuns.some((other) => isSame(one, other))),
  furtherRoundCount: 2,
  processCounts: [1, 2, 4],
  writerCounts: [1, 4],
  openConnections: { connections: 10_000, durationMs: 8_000 },
  arrivals: {
    ratesPerSecond: [500, 1_000, 2_000, 4_000, 8_000, 12_000, 16_000],
    connections: 1_000,
    durationMs: 2_500,
  },
  layerMs: 1_000,
};

/** The table of all ways once more, while every commit waits for a standby. */
export const replicatedPlan: BenchPlan = {
  ...fullPlan,
  mode: 'replicated',
  isReplicated: true,
  roundCount: 3,
  roundsMsMax: 4 * 60_000,
  durationMs: 2_000,
  warmUpMs: 2_500,
  runs: [1, 10, 100, 1_000].flatMap((connections) => on('hot', connections, ...wayNames)),
  furtherRuns: [],
  processCounts: [],
  writerCounts: [1],
  openConnections: null,
  arrivals: null,
  layerMs: null,
};

/** Two ways on a scarce event, and one that only tables compare: what the test runs. */
export const tinyPlan: BenchPlan = {
  ...quickPlan,
  mode: 'tiny',
  roundCount: 1,
  userCount: 3_000,
  scarceSeatCount: 100,
  durationMs: 1_000,
  furtherMs: 1_000,
  warmUpMs: 300,
  runs: on('sell_out', 100, 'guide_admission', 'holdfast'),
  furtherRuns: on('sell_out', 100, 'one_update'),
  writerCounts: [],
  openConnections: null,
  layerMs: null,
};

function isSame(one: RunPlan, other: RunPlan): boolean {
  return (
    one.subject === other.subject &&
    one.load === other.load &&
    one.connections === other.connections
  );
}
