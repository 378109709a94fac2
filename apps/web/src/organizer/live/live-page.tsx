import '../../styles/live.css';
import { useQuery } from '@tanstack/react-query';
import { ReadFailed } from '../../buyer/read-failed.tsx';
import { useReads } from '../../data/data-provider.tsx';
import { useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Notice } from '../../parts/notice.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { alarmsOf } from './alarms.ts';
import { chartsOf } from './chart-lines.ts';
import { Figures } from './figures.tsx';
import { LineChart } from './line-chart.tsx';
import { Machinery } from './machinery.tsx';
import { liveMessages } from './messages.ts';
import { RefusalsTable } from './refusals-table.tsx';
import { totalsOf } from './sale-record.ts';
import { type SaleConnection, useLiveSale } from './use-live-sale.ts';
import { useLiveFormat } from './use-live-format.ts';
import { useWall } from './use-wall.ts';

/** The sale of one event, live: for its organizer, from a phone to a wall. */
export default function LivePage({ eventId }: { readonly eventId: string }) {
  const say = useMessages(liveMessages);
  const wall = useWall();
  const { record, connection } = useLiveSale(eventId);
  const { now, seconds } = record;
  const event = useQuery(useReads().event.get.queryOptions({ eventId }));
  const title = event.data?.title ?? '';
  if (connection.status === 'failed') {
    return (
      <>
        <PageTitle title={say('title')} />
        <ReadFailed error={connection.error} onAgain={() => location.reload()} />
      </>
    );
  }
  return (
    <>
      <div className="live-head">
        <PageTitle title={say('titleOf', { title })}>{say('titleOf', { title })}</PageTitle>
        <Button onClick={() => wall.turn(!wall.isOn)} aria-pressed={wall.isOn}>
          {say(wall.isOn ? 'wall.off' : 'wall.on')}
        </Button>
      </div>
      <Connection connection={connection} />
      {now === null ? (
        <Loading />
      ) : (
        <div className="live" data-connection={connection.status}>
          <div className="live-alarms">
            {alarmsOf(now).map(({ title: name, text, values, tone }) => (
              <Notice key={name} tone={tone} title={say(name, values)}>
                <p>{say(text, values)}</p>
              </Notice>
            ))}
          </div>
          <Figures record={record} now={now} />
          <div className="charts">
            {chartsOf(seconds).map((chart) => (
              <LineChart key={chart.title} chart={chart} seconds={seconds} />
            ))}
            <RefusalsTable totals={totalsOf(record)} />
            <Machinery now={now} />
          </div>
        </div>
      )}
    </>
  );
}

/** What is shown may be as of a while ago: that is said before the figures, and loudly. */
function Connection({ connection }: { readonly connection: SaleConnection }) {
  const say = useMessages(liveMessages);
  const { time } = useLiveFormat();
  if (connection.status === 'unreachable') {
    return (
      <Notice tone="warning" title={say('unreachable')}>
        <p>{say('unreachable.text')}</p>
      </Notice>
    );
  }
  if (connection.status !== 'stale') return null;
  return (
    <Notice tone="bad" title={say('stale', { time: time(connection.sinceMs) })}>
      <p>{say('stale.text')}</p>
    </Notice>
  );
}
