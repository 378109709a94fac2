import type { Span } from '@holdfast/process/trace';

/** The part of a trace that is about one command. */
interface Work {
  /** From its arrival to its outcome. */
  readonly lane: Span;
  /** From its arrival until something is done for it. */
  readonly wait: Span;
}

interface Told {
  readonly status: string;
  readonly reason?: string;
}

/** A command that is traced, and where in its event or order. */
interface Traced<Command> {
  readonly span: Span;
  readonly command: Command;
  /** `null`: an order, of several events. */
  readonly eventId: string | null;
}

/**
 * The commands under way whose calls are traced: how long each waits in its lane, and what it then shares with
 * others. A commit is one span in the trace of the first of its commands, with a link to each other, and one in each
 * other's trace, with a link to that. Commands are known by their identity, so nothing is carried along with those
 * that are not traced.
 *
 * @example
 * const followed = new Followed();
 * await followed.follow({ span, command, eventId }, () => committer.submit(eventId, arrival, deadline));
 */
export class Followed {
  readonly #works = new Map<object, Work>();

  /** Nobody is traced now: there is nothing to do. */
  get isNobody(): boolean {
    return this.#works.size === 0;
  }

  /** Runs `submit`, which ends in this command's outcome. Throws what it throws. */
  async follow<T extends Told>(
    { span, command, eventId }: Traced<{ readonly type: string }>,
    submit: () => Promise<T>,
  ): Promise<T> {
    const lane = span.begin('holdfast.lane', {
      'holdfast.command': command.type,
      ...(eventId !== null && { 'holdfast.event_id': eventId }),
    });
    const work = { lane, wait: lane.begin('holdfast.wait') };
    this.#works.set(command, work);
    try {
      const outcome = await submit();
      lane.end(factsOf(outcome));
      return outcome;
    } catch (error) {
      lane.end({}, nameOf(error));
      throw error;
    } finally {
      work.wait.end();
      this.#works.delete(command);
    }
  }

  /** Shows what was just begun for these commands together. Gives its end. */
  async share<T>(name: string, commands: readonly object[], end: Promise<T>): Promise<T> {
    const works = commands.flatMap((command) => this.#works.get(command) ?? []);
    const [first, ...others] = works;
    if (first === undefined) return await end;
    for (const { wait } of works) wait.end();
    const facts = { 'holdfast.commands': commands.length };
    const shared = first.lane.begin(
      name,
      facts,
      others.map(({ lane }) => lane),
    );
    const spans = [shared, ...others.map(({ lane }) => lane.begin(name, facts, [shared]))];
    try {
      const ended = await end;
      for (const span of spans) span.end();
      return ended;
    } catch (error) {
      for (const span of spans) span.end({}, nameOf(error));
      throw error;
    }
  }
}

function factsOf({ status, reason }: Told): Readonly<Record<string, string>> {
  return { 'holdfast.outcome': status, ...(reason !== undefined && { 'holdfast.reason': reason }) };
}

/** What kind of error it is. Its message may say too much. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
