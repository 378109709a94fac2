import { EventNotFound } from '../faults.ts';
import { isUnbroken, type LiveChange, type LiveUpdate, liveChange } from './live-change.ts';
import type { Listener } from './live-watcher.ts';
import { sharedCaller } from '../reads/read-queue.ts';

/** Some of an event's changes. */
interface AskedChanges {
  readonly eventId: string;
  readonly afterVersion: number;
  readonly limit: number;
}

/** Where an event's changes are read in a caller's turn, when they were not heard. */
export interface LiveSource {
  /** What the event looks like now; `null`: there is none. */
  readonly current: (eventId: string, caller: string) => Promise<LiveChange | null>;
  /** The changes after a version, in order, at most `limit`. */
  readonly after: (asked: AskedChanges, caller: string) => Promise<readonly LiveChange[]>;
  /** Reading on failed; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Updates are this far apart at least, however fast the event changes. */
const updatePeriodMsMin = 100;

/** Telling all watchers takes no more than this part of the time (2,000 of them: about 40 ms). */
const tellingShareMax = 0.2;
const updatePeriodMsMax = 500;

/** Who missed more than this begins anew. No update has many more changes than this, either. */
export const missedCountMax = 500;

/** Changes kept for those who come back: about a hundred bytes each. */
const recentCountMax = 200;

/** Those who come back within this time share one read of what they missed. */
const backMsMax = 1_000;

/** Reads in a row while ever more is heard of. What is left then waits for the next change. */
const readCountMax = 5;

const retryPeriodMs = 1_000;

/** What was missed between two versions. */
interface Missed {
  readonly afterVersion: number;
  readonly version: number;
  readonly update: LiveUpdate;
}

/**
 * One event that somebody watches here. It tells its watchers every version from the one that they
 * began with, once and in order, whatever was heard twice, too late or not at all.
 */
export class LiveEvent {
  readonly #eventId: string;
  readonly #source: LiveSource;
  readonly #watchers = new Set<Listener>();
  /** What was told, the last of it being what watchers know. Empty until `ready`. */
  #recent: LiveChange[] = [];
  /** What will be told with the next update. */
  #pending: LiveChange[] = [];
  #heardVersion = 0;
  #isStopped = false;
  /** It existed when it was first read, and does no more. */
  #isGone = false;
  #reading: Promise<void> | null = null;
  /** What was before `#recent`, for all who come back now. */
  #back: Promise<readonly LiveChange[]> | null = null;
  /** What the last one was told who came back from before `#recent`: its text is made once. */
  #lastMissed: Missed | null = null;
  /** How often changes may have been missed. */
  #gapCount = 0;
  #updatedAt = -Infinity;
  #updatePeriodMs = updatePeriodMsMin;
  #timer: NodeJS.Timeout | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  /** Resolves when the event was read. Throws EventNotFound, DatabaseUnavailable. */
  readonly ready: Promise<void>;

  /** `caller`: who is the first to watch it. */
  constructor(eventId: string, source: LiveSource, caller: string = sharedCaller) {
    this.#eventId = eventId;
    this.#source = source;
    this.ready = this.#open(caller);
    this.ready.catch(() => {});
  }

  /** The relay says that the event has come to this. */
  hear(change: LiveChange): void {
    this.#heardVersion = Math.max(this.#heardVersion, change.version);
    if (this.#recent.length === 0 || change.version <= this.#version) return;
    if (this.#reading === null && change.version === this.#version + 1) this.#accept([change]);
    else void this.#read();
  }

  /** Changes may have been missed: reads what came after what is known, or will be known. */
  async readOn(): Promise<void> {
    // A read that is on its way, also the first, may have seen what was before the gap.
    this.#gapCount += 1;
    if (this.#recent.length > 0) await this.#read();
  }

  /**
   * From now on the watcher is told what comes. Resolves to what it must be told first, to know
   * all until now: the current state, or what it missed since `afterVersion`; `null`: nothing.
   * Throws EventNotFound where the event has gone since it was read.
   */
  async join(
    watcher: Listener,
    afterVersion: number | null,
    caller: string = sharedCaller,
  ): Promise<LiveUpdate | null> {
    if (afterVersion !== null && afterVersion > this.#current.version)
      await this.#comeTo(afterVersion);
    if (this.#isGone) throw new EventNotFound();
    this.#watchers.add(watcher);
    const current = this.#current;
    if (afterVersion === null) return { restarted: false, changes: [current] };
    if (afterVersion === current.version) return null;
    return await this.#missed(afterVersion, current, caller);
  }

  leave(watcher: Listener): void {
    this.#watchers.delete(watcher);
  }

  /** Nobody watches any more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
  }

  /** What watchers know. */
  get #current(): LiveChange {
    const current = this.#recent.at(-1);
    if (current === undefined) throw new Error('An event was watched before it was read.');
    return current;
  }

  /** What watchers know, or are about to. */
  get #version(): number {
    return (this.#pending.at(-1) ?? this.#current).version;
  }

  async #open(caller: string): Promise<void> {
    const current = await this.#source.current(this.#eventId, caller);
    if (current === null) throw new EventNotFound();
    this.#recent = [liveChange(current)];
    if (this.#gapCount > 0 || this.#heardVersion > current.version) void this.#read();
  }

  /** Somebody has heard more elsewhere, unless the version is made up or the database restored. */
  async #comeTo(version: number): Promise<void> {
    if (version > this.#version) await this.readOn();
    this.#tell();
  }

  async #missed(afterVersion: number, current: LiveChange, caller: string): Promise<LiveUpdate> {
    const restarted = { restarted: true, changes: [current] };
    const missedCount = current.version - afterVersion;
    if (missedCount < 0 || missedCount > missedCountMax) return restarted;
    const known = this.#lastMissed;
    if (known?.afterVersion === afterVersion && known.version === current.version) {
      return known.update;
    }
    // What is read may be more than what watchers know: that comes to this one as to them.
    const isMissed = ({ version }: LiveChange) =>
      version > afterVersion && version <= current.version;
    const recent = this.#recent.filter(isMissed);
    const isKept = recent.length === missedCount;
    const changes = isKept ? recent : joinedChanges(await this.#readBack(caller), recent);
    const missed = changes.filter(isMissed);
    const isWhole = missed.length === missedCount && isUnbroken(afterVersion, missed);
    if (!isWhole) return restarted;
    const update = { restarted: false, changes: missed };
    if (!isKept) this.#lastMissed = { afterVersion, version: current.version, update };
    return update;
  }

  /** One read for all who come back now, as far back as anybody is told of. */
  async #readBack(caller: string): Promise<readonly LiveChange[]> {
    if (this.#back !== null) return await this.#back;
    const afterVersion = Math.max(0, this.#current.version - missedCountMax);
    const asked = { eventId: this.#eventId, afterVersion, limit: missedCountMax };
    const back = this.#source.after(asked, caller).then((changes) => changes.map(liveChange));
    const forget = () => {
      if (this.#back !== back) return;
      this.#back = null;
      this.#lastMissed = null;
    };
    this.#back = back;
    setTimeout(forget, backMsMax).unref();
    try {
      return await back;
    } catch (error) {
      forget();
      throw error;
    }
  }

  async #read(): Promise<void> {
    this.#reading ??= this.#readUntilHeard();
    await this.#reading;
  }

  /** Looks for a gap and forgets the reading in one go, so that no gap is told in between. */
  async #readUntilHeard(): Promise<void> {
    try {
      for (let readCount = 1; readCount <= readCountMax; readCount += 1) {
        const gapCount = this.#gapCount;
        const isAllRead = await this.#readOnce();
        if (this.#isGone) return;
        if (isAllRead && gapCount === this.#gapCount) return;
      }
      this.#readOnLater();
    } catch (error) {
      this.#source.onError(error);
      this.#readOnLater();
    } finally {
      this.#reading = null;
    }
  }

  /** Is all that was heard of known now, as far as it was to be had? */
  async #readOnce(): Promise<boolean> {
    const version = this.#version;
    const asked = { eventId: this.#eventId, afterVersion: version, limit: missedCountMax };
    const changes = await this.#source.after(asked, sharedCaller);
    const isSetBack = changes.length === 0 && (await this.#isSetBack());
    // What was heard of it is void, too. What is heard from here on is not.
    if (isSetBack) this.#heardVersion = 0;
    const isBroken = changes.length === missedCountMax || !isUnbroken(version, changes);
    if (isSetBack || isBroken) await this.#restart();
    else this.#accept(changes);
    return this.#heardVersion <= this.#version || (changes.length === 0 && !isSetBack);
  }

  /** A standby that had not heard all took the primary's place, or a backup was restored: versions come again. */
  async #isSetBack(): Promise<boolean> {
    const current = await this.#source.current(this.#eventId, sharedCaller);
    return current === null || current.version < this.#version;
  }

  #readOnLater(): void {
    if (this.#isStopped) return;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.readOn(), retryPeriodMs);
  }

  async #restart(): Promise<void> {
    const current = await this.#source.current(this.#eventId, sharedCaller);
    if (current === null) {
      this.#endAsGone();
      return;
    }
    this.#pending = [];
    this.#recent = [liveChange(current)];
    this.#send({ restarted: true, changes: this.#recent.slice() });
  }

  /** Reading on for ever would keep watchers waiting for nothing. */
  #endAsGone(): void {
    this.#isGone = true;
    this.stop();
    for (const watcher of this.#watchers) watcher.end(new EventNotFound());
  }

  #accept(changes: readonly LiveChange[]): void {
    if (changes.length === 0) return;
    this.#pending.push(...changes.map(liveChange));
    const waitMs = this.#updatedAt + this.#updatePeriodMs - performance.now();
    if (waitMs <= 0 || this.#pending.length >= missedCountMax) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), waitMs);
  }

  #tell(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.length === 0) return;
    const changes = this.#pending;
    this.#pending = [];
    this.#recent = [...this.#recent, ...changes].slice(-recentCountMax);
    this.#send({ restarted: false, changes });
  }

  #send(update: LiveUpdate): void {
    this.#updatedAt = performance.now();
    for (const watcher of this.#watchers) watcher.push(update);
    const tookMs = performance.now() - this.#updatedAt;
    const fairMs = Math.min(updatePeriodMsMax, tookMs / tellingShareMax);
    this.#updatePeriodMs = Math.max(updatePeriodMsMin, fairMs);
  }
}

/** The former, and of the latter what comes after them. */
function joinedChanges(
  read: readonly LiveChange[],
  recent: readonly LiveChange[],
): readonly LiveChange[] {
  const lastVersion = read.at(-1)?.version ?? 0;
  return [...read, ...recent.filter(({ version }) => version > lastVersion)];
}
