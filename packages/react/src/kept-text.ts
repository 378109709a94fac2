import type { KeptText } from './hold-journal.ts';

/**
 * The browser's `localStorage`, or, where it is blocked or full, a memory of this page alone: then a reload and a second
 * tab find a hold by asking the server, and the server's own limit keeps a user from holding twice.
 */
export function browserText(): KeptText {
  const memory = new Map<string, string>();
  return {
    getItem: (key) => memory.get(key) ?? attempt(() => localStorage.getItem(key)),
    setItem(key, value) {
      attempt(() => localStorage.setItem(key, value));
      if (attempt(() => localStorage.getItem(key)) !== value) memory.set(key, value);
    },
    removeItem(key) {
      memory.delete(key);
      attempt(() => localStorage.removeItem(key));
    },
  };
}

/** Browsers throw where a user has blocked storage. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
