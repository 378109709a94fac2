import type { CommittedGroup, GivenGroup } from '@holdfast/data';
import { refused, type Standing } from '@holdfast/domain';
import type { CommitMetrics } from '../metrics/commit-metrics.ts';
import {
  type AskedGroup,
  heardAnew,
  isSoldOut,
  isSoldOutAsItSeems,
  noneGives,
  type TakenGroup,
} from './early-refusal.ts';
import type { Answer } from './group-words.ts';
import type { SeatOwners } from './seat-owners.ts';
import {
  type Arrival,
  type CommittedOutcome,
  type GivenCommand,
  type GivenOutcome,
  seatsClaimedBy,
  userOf,
} from './words.ts';

/** What a group passes on its way. */
export interface CommitLanesParts {
  /** Redis before PostgreSQL, and after it. `null`: there is none. */
  readonly redis: {
    readonly ask: (group: TakenGroup) => Promise<AskedGroup>;
    readonly tell: (asked: AskedGroup, standing: Standing | null) => Promise<void>;
    /** Nobody of these is refused early. */
    readonly owners: SeatOwners;
  } | null;
  /** Decides and writes groups of different events: `commitGroups` of the data package. */
  readonly commit: (
    groups: readonly GivenGroup<GivenCommand>[],
  ) => readonly Promise<CommittedGroup<CommittedOutcome>>[];
  readonly metrics: CommitMetrics;
}

type Answers = readonly Answer<GivenOutcome>[];

/** Of a group that seems sold out: so many ask PostgreSQL whether it still is, before the others are decided. */
const lookCount = 8;

const soldOut = refused('sold_out');

/**
 * What becomes of groups of different events: what is certainly sold out is refused at once, the rest is
 * committed together, and Redis hears of it. One promise a group, of one answer a command.
 *
 * @example const [answers] = commitLanes(parts, [group])
 */
export function commitLanes(
  parts: CommitLanesParts,
  groups: readonly TakenGroup[],
): readonly Promise<Answers>[] {
  const { redis } = parts;
  if (redis === null) return commitAsked(parts, groups.map(unasked), lookCount);
  const asking = Promise.all(groups.map((group) => redis.ask(group)));
  const ends = asking.then((asked) => commitAsked(parts, asked, lookCount));
  return groups.map(async (_, index) => (await ends)[index] ?? []);
}

function unasked(group: TakenGroup): AskedGroup {
  return { group, heard: null, heardFrom: 'redis', fence: null, mayGive: noneGives };
}

/** A group's commands, by their places in it. */
interface SortedGroup {
  readonly asked: AskedGroup;
  /** They are committed now. */
  readonly now: readonly number[];
  /** They wait for what the first few of `now` find. */
  readonly later: readonly number[];
}

function commitAsked(
  parts: CommitLanesParts,
  groups: readonly AskedGroup[],
  lookCountMax: number,
): readonly Promise<Answers>[] {
  const sorted = groups.map((asked) => sort(parts, asked, lookCountMax));
  const open = sorted.filter(({ now }) => now.length > 0);
  const beganAtMs = performance.now();
  const ends = parts.commit(open.map(givenGroup));
  const endOf = new Map(open.map((each, index) => [each, ends[index]]));
  return sorted.map((each) => {
    const end = endOf.get(each);
    return answersOf(parts, each, end && { end, beganAtMs });
  });
}

/** Tells at once whoever is sold out, and sorts the others. */
function sort(
  { metrics, redis }: CommitLanesParts,
  asked: AskedGroup,
  lookCountMax: number,
): SortedGroup {
  const { eventId, commands, answerNow } = asked.group;
  const open: number[] = [];
  let isLook = false;
  for (const [place, arrival] of commands.entries()) {
    if (isSoldOut(asked, arrival) && redis?.owners.has(eventId, userOf(arrival.command)) !== true) {
      metrics.onRefusedEarly(eventId, asked.heardFrom);
      answerNow(place, soldOut);
    } else {
      open.push(place);
      isLook ||= isSoldOutAsItSeems(asked, arrival);
    }
  }
  const countNow = isLook ? lookCountMax : open.length;
  return { asked, now: open.slice(0, countNow), later: open.slice(countNow) };
}

function givenGroup({ asked: { group }, now }: SortedGroup): GivenGroup<GivenCommand> {
  const arrivals = now.map((place) => arrivalAt(group, place));
  return {
    eventId: group.eventId,
    commands: arrivals.map(({ command }) => command),
    isFirstAttempt: arrivals.every(({ isFirstAttempt }) => isFirstAttempt),
  };
}

/** Whoever was told at once has an answer here that nobody looks at. */
async function answersOf(
  parts: CommitLanesParts,
  { asked, now, later }: SortedGroup,
  begun: BegunCommit | undefined,
): Promise<Answers> {
  const { group } = asked;
  const answers: Answer<GivenOutcome>[] = Array.from(group.commands, () => soldOut);
  if (begun === undefined) return answers;
  const committed = await ended(parts, group.eventId, begun);
  rememberOwners(parts, { asked, now, committed });
  put(answers, now, committedAnswers(parts, { asked, now, committed }));
  if (later.length === 0) return answers;
  // What the first few have written stays so, whatever becomes of the others.
  for (const place of now) group.answerNow(place, answers[place] ?? soldOut);
  put(answers, later, await commitLater(parts, asked, { later, standing: committed.standing }));
  return answers;
}

/** A commit that is under way. */
interface BegunCommit {
  readonly end: Promise<CommittedGroup<CommittedOutcome>>;
  /** By `performance.now()`. */
  readonly beganAtMs: number;
}

async function ended(
  { metrics }: CommitLanesParts,
  eventId: string,
  { end, beganAtMs }: BegunCommit,
): Promise<CommittedGroup<CommittedOutcome>> {
  try {
    const committed = await end;
    metrics.onCommitted(eventId, committed.outcomes, performance.now() - beganAtMs);
    return committed;
  } catch (error) {
    metrics.onFailed();
    throw error;
  }
}

function put(answers: Answer<GivenOutcome>[], places: readonly number[], found: Answers): void {
  for (const [index, place] of places.entries()) {
    const answer = found[index];
    if (answer === undefined) throw new Error('A commit left out an outcome.');
    answers[place] = answer;
  }
}

interface Waiting {
  readonly later: readonly number[];
  /** What the few found; `null`: nobody can tell. */
  readonly standing: Standing | null;
}

/** Most of these are told by what the few found while they waited. */
async function commitLater(
  parts: CommitLanesParts,
  { group: { eventId, commands, answerNow }, heard, mayGive }: AskedGroup,
  { later, standing }: Waiting,
): Promise<Answers> {
  const group: TakenGroup = {
    eventId,
    commands: later.map((place) => arrivalAt({ commands }, place)),
    answerNow: (index, outcome) => answerNow(later[index] ?? -1, outcome),
  };
  const asked: AskedGroup = {
    group,
    heard: heardAnew(heard, standing),
    heardFrom: 'memory',
    fence: null,
    mayGive,
  };
  const [answers] = commitAsked(parts, [asked], group.commands.length);
  return answers === undefined ? [] : await answers;
}

interface Committed {
  readonly asked: AskedGroup;
  readonly now: readonly number[];
  readonly committed: CommittedGroup<CommittedOutcome>;
}

function rememberOwners({ redis }: CommitLanesParts, { asked, now, committed }: Committed): void {
  if (redis === null) return;
  const { eventId } = asked.group;
  for (const [index, outcome] of committed.outcomes.entries()) {
    const { command } = arrivalAt(asked.group, now[index] ?? -1);
    const isOwner = outcome.status === 'accepted' && seatsClaimedBy(command) > 0;
    if (isOwner) redis.owners.add(eventId, userOf(command));
  }
}

/**
 * PostgreSQL grants, so nobody waits for Redis to hear of it, but for who ended refusals, as by giving a
 * seat back: they hear of it when nobody is refused any more by what was before.
 */
function committedAnswers(
  { redis }: CommitLanesParts,
  { asked, now, committed }: Committed,
): Answers {
  const { outcomes, standing } = committed;
  const hasGiven = (outcome: CommittedOutcome, index: number) =>
    outcome.status !== 'refused' && asked.mayGive.has(arrivalAt(asked.group, now[index] ?? -1));
  const isGiven = asked.mayGive.size > 0 && outcomes.some(hasGiven);
  if (redis === null || (asked.heard === null && asked.fence === null && !isGiven)) return outcomes;
  const isKnown = redis.tell(asked, standing);
  if (!isGiven) return outcomes;
  return outcomes.map((outcome, index) =>
    hasGiven(outcome, index) ? isKnown.then(() => outcome) : outcome,
  );
}

function arrivalAt({ commands }: Pick<TakenGroup, 'commands'>, place: number): Arrival {
  const arrival = commands[place];
  if (arrival === undefined) throw new Error('A group has no command at this place.');
  return arrival;
}
