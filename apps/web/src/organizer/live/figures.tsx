import type { SaleNow } from '@holdfast/client';
import { useMessages } from '../../language/language-provider.tsx';
import type { Say } from '../../language/messages.ts';
import { type LiveKey, liveMessages } from './messages.ts';
import { bookedIn, refusedIn, type SaleRecord, soldOf, totalsOf } from './sale-record.ts';
import { type LiveFormat, useLiveFormat } from './use-live-format.ts';

interface Figure {
  readonly name: LiveKey;
  readonly value: string;
  /** What it is of, or since when. */
  readonly hint?: string;
}

/** Signs of a figure that has room in its largest size. */
const shortMax = 7;

/** The figures that are read from across a room. */
export function Figures({ record, now }: { readonly record: SaleRecord; readonly now: SaleNow }) {
  const say = useMessages(liveMessages);
  const format = useLiveFormat();
  const figures = [...seatFigures(now, { say, format }), ...rateFigures(record, { say, format })];
  return (
    <dl className="figures">
      {figures.map(({ name, value, hint }) => (
        <div key={name} className="figure" data-figure={name}>
          <dt>{say(name)}</dt>
          <dd className="figure-value" data-long={value.length > shortMax || undefined}>
            {value}
          </dd>
          {hint !== undefined && <dd className="figure-hint">{hint}</dd>}
        </div>
      ))}
    </dl>
  );
}

interface Words {
  readonly say: Say<LiveKey>;
  readonly format: LiveFormat;
}

function seatFigures({ event }: SaleNow, { say, format: { count } }: Words): readonly Figure[] {
  return [
    { name: 'sold', value: count(soldOf(event)), hint: say('of', { count: event.seatCount }) },
    { name: 'held', value: count(event.heldSeats) },
    { name: 'free', value: count(event.availableSeats) },
  ];
}

/** Of the last second; how long answers took, of the last one in which anybody was answered. */
function rateFigures(record: SaleRecord, { say, format }: Words): readonly Figure[] {
  const { count, milliseconds } = format;
  const { accepted, refused } = totalsOf(record);
  const last = record.seconds.at(-1);
  const answered = record.seconds.findLast(({ answerMs }) => answerMs !== null);
  const { p50 = null, p99 = null } = answered?.answerMs ?? {};
  const inAll = (total: number) => say('total', { count: total });
  return [
    {
      name: 'booked',
      value: count(bookedIn(last?.accepted ?? {})),
      hint: inAll(bookedIn(accepted)),
    },
    {
      name: 'refused',
      value: count(refusedIn(last?.refused ?? [])),
      hint: inAll(refusedIn(refused)),
    },
    {
      name: 'times.answerP99',
      value: milliseconds(p99),
      hint: say('half', { value: milliseconds(p50) }),
    },
  ];
}
