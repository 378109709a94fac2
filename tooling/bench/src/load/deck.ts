import { type CallName, spellingOf } from './calls.ts';
import { countIds, type Template, templateOf, withEvents, withId } from './template.ts';
import type { User } from './users.ts';

/** A request that is ready to be sent. */
export interface Call {
  readonly bytes: Buffer;
  readonly bookingId: string;
}

/** What looks at reads: few events are popular, all others are read rarely. */
const popularEventCount = 100;

/**
 * The requests of all users, built once: to build them while a load runs would take the core that the
 * servers need.
 *
 * @example new Deck('book', templates, v7()).deal(0, eventIds)
 */
export class Deck {
  readonly #name: CallName;
  readonly #templates: readonly Template[];
  readonly #nextId: () => string;

  constructor(name: CallName, templates: readonly Template[], firstId: string) {
    this.#name = name;
    this.#templates = templates;
    this.#nextId = countIds(firstId);
  }

  /** How many calls there are before a user calls again. */
  get length(): number {
    return this.#templates.length;
  }

  /** The call whose turn it is, with a new id. The bytes are to be sent before the next call is dealt. */
  deal(turn: number, eventIds: readonly string[]): Call {
    const template = this.#templates[turn % this.#templates.length];
    if (template === undefined) throw new Error('There is nobody to call.');
    const bookingId = this.#nextId();
    const count = this.#name === 'get' ? popularEventCount : eventIds.length;
    withEvents(template, eventIds, turn % Math.min(count, eventIds.length));
    return { bytes: withId(template, bookingId), bookingId };
  }
}

/** Builds the requests of each user. */
export function templatesOf(
  name: CallName,
  users: readonly User[],
  eventCount: number,
): readonly Template[] {
  const spelling = spellingOf(name, eventCount);
  return users.map((user) => templateOf(user, spelling));
}
