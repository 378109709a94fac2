/** Where a page keeps what must outlive it: `localStorage`, say, which the tabs of an origin share. */
export interface KeptText {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The id of an attempt to hold seats. */
export interface Attempt {
  readonly bookingId: string;
  /** It was made just now, and sent by nobody yet. */
  readonly isNew: boolean;
}

/**
 * Remembers, by user and event, under which booking id seats are being held, until that booking is known to be over or
 * refused. So a second tab, a reload or another press of the button goes on with the same id, and holds nothing twice.
 * Nothing secret is kept: an id is worth nothing without its user's token.
 */
export interface HoldJournal {
  /** The id under way; `null`: none. */
  find(eventId: string): string | null;
  /**
   * The id under way, or a new one, which is kept before anybody is told of it. Where seats are held already under
   * `replacedId`, that id is not used again: what takes its place has one of its own.
   */
  begin(eventId: string, replacedId?: string): Attempt;
  /** It is settled: nothing is held under this id, nor will be. Any other id is left alone. */
  end(eventId: string, bookingId: string): void;
  /** The name under which the text of an event is kept, for who watches it. */
  keyOf(eventId: string): string;
}

/** Who keeps what, and who makes ids. */
export interface JournalOptions {
  readonly kept: KeptText;
  readonly userId: string;
  readonly makeId: () => string;
}

const idPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The journal of one user.
 *
 * @example
 * const journal = holdJournal({ kept: localStorage, userId: 'ann', makeId: newId });
 * journal.begin(eventId); // { bookingId: '0199…', isNew: true }
 * journal.begin(eventId); // { bookingId: '0199…', isNew: false }, the same
 */
export function holdJournal({ kept, userId, makeId }: JournalOptions): HoldJournal {
  const keyOf = (eventId: string) => `holdfast:hold:${encodeURIComponent(userId)}:${eventId}`;
  const find = (eventId: string) => {
    const text = kept.getItem(keyOf(eventId));
    // Anything may stand there: what is no id is as good as nothing.
    return text !== null && idPattern.test(text) ? text : null;
  };
  return {
    keyOf,
    find,
    begin(eventId, replacedId) {
      const known = find(eventId);
      if (known !== null && known !== replacedId) return { bookingId: known, isNew: false };
      const bookingId = makeId();
      kept.setItem(keyOf(eventId), bookingId);
      return { bookingId, isNew: true };
    },
    end(eventId, bookingId) {
      if (find(eventId) === bookingId) kept.removeItem(keyOf(eventId));
    },
  };
}
