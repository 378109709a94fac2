import { Counter, type Registry } from 'prom-client';

/** One line of a counter. */
export interface Tally {
  inc(): void;
}

interface TalliesOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registry: Registry;
}

/**
 * A counter whose lines are counted as plain numbers and turned into labels only when somebody
 * scrapes them: counting costs a request an addition. Every line is there from the start, at 0.
 *
 * @example
 * const refusals = createTallies({ name, help, labelNames: ['reason', 'by'], registry });
 * const refusedByRedis = refusals({ reason: 'sold_out', by: 'redis' });
 * refusedByRedis.inc();
 */
export function createTallies<Label extends string>(
  options: TalliesOptions<Label>,
): (labels: Readonly<Record<Label, string>>) => Tally {
  const lines: { readonly labels: Readonly<Record<Label, string>>; count: number }[] = [];
  const counter = new Counter<Label>({
    name: options.name,
    help: options.help,
    labelNames: options.labelNames,
    registers: [options.registry],
    collect() {
      this.reset();
      for (const { labels, count } of lines) this.inc(labels, count);
    },
  });
  void counter;
  return (labels) => {
    const line = { labels, count: 0 };
    lines.push(line);
    return {
      inc() {
        line.count += 1;
      },
    };
  };
}
