/** What is put on a server: a hot event, one that sells out, many events, or reads. */
export type LoadName = 'hot' | 'sell_out' | 'many' | 'reads';

/** One load on one way or ceiling. */
export interface RunPlan {
  /** The name of a way or of a ceiling. */
  readonly subject: string;
  readonly load: LoadName;
  readonly connections: number;
}

/** What a bench does, and for how long. */
export interface BenchPlan {
  readonly mode: 'quick' | 'full' | 'tiny';
  readonly roundCount: number;
  /** No further round begins that would end later than this after the bench's begin. */
  readonly roundsMsMax: number;
  readonly userCount: number;
  /** Events of the load `many`. */
  readonly eventCount: number;
  /** Seats of an event that sells out. */
  readonly scarceSeatCount: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  /** Once a round. */
  readonly runs: readonly RunPlan[];
  /** In the first round only: whether a way is safe needs no median. */
  readonly firstRoundRuns: readonly RunPlan[];
  /** Processes of the api on one port; empty: not measured. */
  readonly processCounts: readonly number[];
  /** Processes that call `commit` for one event; empty: not measured. */
  readonly writerCounts: readonly number[];
  /** Connections held open at a time; `null`: not measured. */
  readonly openConnectionCount: number | null;
  readonly layerMs: number | null;
}

const ceilingNames = ['bare', 'stock', 'empty'] as const;
const wayNames = [
  'guide_optimistic',
  'row_lock',
  'one_update',
  'guide_admission',
  'holdfast_without_admission',
  'holdfast',
] as const;

const on = (load: LoadName, connections: number, ...subjects: readonly string[]): RunPlan[] =>
  subjects.map((subject) => ({ subject, load, connections }));

const ceilingRuns = on('hot', 100, ...ceilingNames);

/** All ratios in under two minutes, on two cores. */
export const quickPlan: BenchPlan = {
  mode: 'quick',
  roundCount: 2,
  // What comes after the rounds takes 20 to 30 s on a busy machine.
  roundsMsMax: 85_000,
  userCount: 20_000,
  eventCount: 10_000,
  scarceSeatCount: 100,
  durationMs: 1_500,
  // Until code is compiled a call takes three times as long.
  warmUpMs: 2_400,
  runs: [
    ...ceilingRuns,
    ...on('hot', 100, 'guide_optimistic', 'one_update', 'holdfast'),
    ...on('hot', 1_000, 'holdfast'),
    ...on('sell_out', 100, 'holdfast'),
    ...on('many', 100, 'holdfast'),
  ],
  firstRoundRuns: on('sell_out', 100, ...wayNames.filter((name) => name !== 'holdfast')),
  processCounts: [],
  writerCounts: [1, 4],
  openConnectionCount: 10_000,
  layerMs: 200,
};

/** Everything, in about twelve minutes. */
export const fullPlan: BenchPlan = {
  ...quickPlan,
  mode: 'full',
  roundCount: 3,
  roundsMsMax: 15 * 60_000,
  userCount: 50_000,
  scarceSeatCount: 300,
  durationMs: 3_000,
  warmUpMs: 4_000,
  runs: [
    ...ceilingRuns,
    ...on('hot', 1_000, 'empty'),
    ...[1, 10, 100, 1_000].flatMap((connections) => on('hot', connections, ...wayNames)),
    ...on('sell_out', 100, ...wayNames),
    ...on('many', 100, 'one_update', 'holdfast_without_admission', 'holdfast'),
    ...on('reads', 100, 'holdfast'),
  ],
  firstRoundRuns: [],
  processCounts: [1, 2, 4],
  layerMs: 1_000,
};

/** Two ways on a scarce event: what the test runs. */
export const tinyPlan: BenchPlan = {
  ...quickPlan,
  mode: 'tiny',
  roundCount: 1,
  userCount: 3_000,
  scarceSeatCount: 100,
  durationMs: 1_000,
  warmUpMs: 300,
  runs: on('sell_out', 100, 'guide_admission', 'holdfast'),
  firstRoundRuns: [],
  writerCounts: [],
  openConnectionCount: null,
  layerMs: null,
};
