import { useMessages } from '../../language/language-provider.tsx';
import { liveMessages } from './messages.ts';
import { refusedIn, type SaleTotals } from './sale-record.ts';
import { useLiveFormat } from './use-live-format.ts';

const refusers = ['database', 'redis', 'memory'] as const;

/** Why commands were refused, and by whom, since the console knows of the sale. */
export function RefusalsTable({ totals: { refused, undecided } }: { readonly totals: SaleTotals }) {
  const say = useMessages(liveMessages);
  const { count } = useLiveFormat();
  const reasons = [...new Set(refused.map(({ reason }) => reason))];
  return (
    <section className="card" aria-labelledby="refusals">
      <h2 id="refusals" className="chart-title">
        {say('refusals.title')}
      </h2>
      {reasons.length === 0 ? (
        <p className="hint">{say('refusals.none')}</p>
      ) : (
        <div className="table-wide">
          <table data-table="refusals">
            <thead>
              <tr>
                <th scope="col">{say('refusals.reason')}</th>
                <th scope="col">{say('refusals.all')}</th>
                {refusers.map((by) => (
                  <th key={by} scope="col">
                    {say(`by.${by}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {reasons.map((reason) => {
                const own = refused.filter((each) => each.reason === reason);
                return (
                  <tr key={reason} data-reason={reason}>
                    <th scope="row">{say(`reason.${reason}`)}</th>
                    <td>{count(refusedIn(own))}</td>
                    {refusers.map((by) => (
                      <td key={by}>{count(refusedIn(own.filter((each) => each.by === by)))}</td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <p className="hint">{say('undecided.text', { ...undecided })}</p>
    </section>
  );
}
