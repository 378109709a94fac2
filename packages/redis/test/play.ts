import { deepEqual, equal } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Standing } from '@holdfast/domain';
import { mastersOf } from '../src/redis-time.ts';
import { letPass, look, type Place } from './fixture.ts';
import { processCount, type Step } from './history.ts';
import { type Giver, Postgres, type Work } from './model.ts';

const minuteMs = 60_000;

// Each is half a minute off what a history waits for, so that real time, which passes as well, decides nothing.
export const playLimits = {
  refusalDurationMaxMs: 10.5 * minuteMs,
  fenceDurationMs: 40.5 * minuteMs,
  emptyDurationMs: 120.5 * minuteMs,
  keyDurationMs: 360.5 * minuteMs,
  fenceCountMax: processCount - 1,
};
const holdDurationMs = 6 * minuteMs;

export const falseNo = 'Refused as sold out, though a seat was free that everybody may know of.';

/** What a process is about. */
interface Task extends Giver {
  readonly work: Work;
  readonly fence: string | null;
  asOfMs: number;
  standing: Standing | null;
}

/** Several processes, one event, a real Redis, and PostgreSQL as a model. */
export class Play {
  readonly postgres = new Postgres({ ...playLimits, holdDurationMs });
  certainCount = 0;
  readonly #place: Place;
  readonly #tasks = new Map<number, Task>();
  /** All there ever were: a crashed process' fence can be lost, too. */
  readonly #raised: Task[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  /** @throws where Redis refused what is free, or knows what never was. */
  async step(step: Step): Promise<void> {
    await this.#do(step);
    await this.#pass(1);
    const known = await look(this.#place);
    if (known !== undefined) equal(known.free, this.postgres.freeAt(known.version));
  }

  /** When everybody is gone, it takes two readings until Redis refuses again, whatever was before. */
  async end(): Promise<void> {
    await this.#pass(100);
    this.postgres.sweep();
    for (let time = 0; time < 2; time += 1) {
      await this.#visit(0, 'look');
      await this.#pass(1);
    }
    const { certainty, free } = await this.#hear(null);
    equal(certainty, 'certain');
    equal(free, this.postgres.freeAt(this.postgres.version));
  }

  async #do(step: Step): Promise<void> {
    switch (step.type) {
      case 'ask':
        return this.#ask(step.by, step.work);
      case 'visit':
        return this.#visit(step.by, step.work);
      case 'askAgain':
        return this.#askAgain(step.by);
      case 'commit':
        return this.#commit(step.by);
      case 'settle':
        return this.#settle(step.by);
      case 'wait':
        return this.#pass(step.minutes);
      case 'flushScripts':
        for (const master of mastersOf(this.#place.redis)) await master.script('FLUSH');
        return;
      default:
        return this.#lose(step.type);
    }
  }

  async #visit(by: number, work: Work): Promise<void> {
    await this.#ask(by, work);
    this.#commit(by);
    await this.#settle(by);
  }

  async #ask(by: number, work: Work): Promise<void> {
    const fence = work === 'giveBack' ? randomUUID() : null;
    const raisedAt = this.postgres.now;
    const { asOfMs } = await this.#hear(fence);
    const task = {
      work,
      fence,
      asOfMs,
      raisedAt,
      standing: null,
      isFenceLost: false,
      isTold: false,
    };
    this.#tasks.set(by, task);
    this.#raised.push(task);
  }

  async #askAgain(by: number): Promise<void> {
    const task = this.#tasks.get(by);
    if (task === undefined || task.standing !== null) return;
    ({ asOfMs: task.asOfMs } = await this.#hear(task.fence));
  }

  async #hear(fence: string | null) {
    const heard = await this.#place.admission.ask(this.#place.eventId, fence);
    if (this.postgres.isFalse(heard)) throw new Error(falseNo);
    if (heard.certainty === 'certain') this.certainCount += 1;
    return heard;
  }

  #commit(by: number): void {
    const task = this.#tasks.get(by);
    if (task?.standing === null) task.standing = this.postgres.commit(task.work, task);
  }

  async #settle(by: number): Promise<void> {
    const task = this.#tasks.get(by);
    if (!task?.standing) return;
    const { standing, asOfMs, fence } = task;
    const { eventId, admission } = this.#place;
    deepEqual(await admission.settle(eventId, { standing, asOfMs, fence }), { drift: 0 });
    task.isTold = true;
  }

  async #lose(type: 'lose' | 'forget'): Promise<void> {
    const { admission, redis, eventId, key } = this.#place;
    await (type === 'forget' ? admission.forget(eventId) : redis.del(key));
    for (const task of this.#raised) task.isFenceLost = true;
  }

  async #pass(minutes: number): Promise<void> {
    const passedMs = minutes * minuteMs;
    await letPass(this.#place, passedMs);
    this.postgres.now += passedMs;
    for (const task of this.#raised) task.asOfMs -= passedMs;
  }
}
