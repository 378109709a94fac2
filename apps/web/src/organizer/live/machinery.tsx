import type { SaleNow } from '@holdfast/client';
import { useMessages } from '../../language/language-provider.tsx';
import { liveMessages } from './messages.ts';
import { useLiveFormat } from './use-live-format.ts';

/** What sells the event: processes, Redis, workers, and what the audit says. */
export function Machinery({ now }: { readonly now: SaleNow }) {
  const say = useMessages(liveMessages);
  const { time, count } = useLiveFormat();
  const { workers } = now;
  const audited = workers.auditedAt === null ? say('audit.never') : time(workers.auditedAt);
  const facts = [
    ['machinery.drift', count(workers.driftSeats), workers.driftSeats === 0],
    ['machinery.violations', count(workers.violationCount), workers.violationCount === 0],
    ['machinery.audited', audited, workers.auditedAt !== null],
    ['machinery.workers', count(workers.count), workers.count > 0 && workers.silentCount === 0],
    ['machinery.redis', say(`redis.${now.redis}`), now.redis !== 'away'],
    ['machinery.processes', count(now.processCount), true],
    ['machinery.watchers', count(now.watcherCount), true],
    ['machinery.consoles', count(now.consoleCount), true],
  ] as const;
  return (
    <section className="card" aria-labelledby="machinery">
      <h2 id="machinery" className="chart-title">
        {say('machinery.title')}
      </h2>
      <dl className="facts">
        {facts.map(([name, value, isWell]) => (
          <div key={name} className={isWell ? 'fact' : 'fact fact-bad'} data-fact={name}>
            <dt>{say(name)}</dt>
            <dd>
              <span aria-hidden="true">{isWell ? '✓ ' : '✕ '}</span>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <p className="hint">{say('machinery.covers', { count: now.processCount })}</p>
    </section>
  );
}
