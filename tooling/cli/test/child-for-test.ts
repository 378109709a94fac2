import type { Child } from '../src/stack/child.ts';

/** A process that only notes what is done to it, and ends when a test says so. */
export interface ChildForTest extends Child {
  end(): void;
}

/** A process of that id; what is done to it goes to `done`. */
export function childOf(id: number, done: string[] = []): ChildForTest {
  const ended = Promise.withResolvers<void>();
  return {
    name: 'api 1',
    pid: id,
    ready: {},
    isAlive: () => true,
    ended: ended.promise,
    logTail: () => [`error in ${id}`],
    kill: (signal) => {
      done.push(`${signal} ${id}`);
      ended.resolve();
    },
    stop: async () => {
      done.push(`stop ${id}`);
      ended.resolve();
    },
    end: ended.resolve,
  };
}
