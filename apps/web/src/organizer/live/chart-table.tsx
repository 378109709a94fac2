import type { SaleSecond } from '@holdfast/client';
import { useMessages } from '../../language/language-provider.tsx';
import type { ChartOfSale } from './chart-lines.ts';
import { liveMessages } from './messages.ts';
import { useLiveFormat } from './use-live-format.ts';

/** A minute is enough to read. */
const rowCountMax = 60;

interface ChartTableProps {
  readonly chart: ChartOfSale;
  readonly seconds: readonly SaleSecond[];
}

/** The figures of a chart, the newest first. */
export function ChartTable({ chart: { title, unit, lines }, seconds }: ChartTableProps) {
  const say = useMessages(liveMessages);
  const format = useLiveFormat();
  const rows = seconds.map(({ at }, place) => ({
    at,
    values: lines.map(({ name, values }) => ({ name, value: values[place] ?? null })),
  }));
  return (
    // It scrolls, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label={say(title)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('table.time')}</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {say(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            .slice(-rowCountMax)
            .toReversed()
            .map(({ at, values }) => (
              <tr key={at}>
                <th scope="row">{format.time(at)}</th>
                {values.map(({ name, value }) => (
                  <td key={name}>{format[unit](value)}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
