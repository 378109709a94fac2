import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { rows } from './rows.ts';
import { chartOf, figureOf } from './panels.ts';

/**
 * The dashboard for who is on call, top down: are the promises kept, how does the sale go, then each part.
 * Grafana's own types see to its form. deploy/grafana/holdfast.json is this, written by
 * `pnpm vitest run tooling/monitoring/test/dashboard -u`.
 *
 * @example JSON.stringify(holdfastDashboard(), null, 2)
 */
/* oxlint-disable typescript/no-deprecated -- the form of Grafana 12's own; every Grafana of the last years imports this one. */
export function holdfastDashboard(): Dashboard {
  const builder = new DashboardBuilder('Holdfast')
    .uid('holdfast')
    .description('Figures of docs/watching.md. What an alarm means: docs/runbook.md.')
    .tags(['holdfast'])
    .timezone('browser')
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    )
    .withVariable(
      new QueryVariableBuilder('job')
        .label('Job')
        .datasource({ type: 'prometheus', uid: '${datasource}' })
        .query('label_values({__name__=~"holdfast_.+"}, job)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue('.+'),
    );
  for (const { title, figures = [], charts } of rows) {
    builder.withRow(new RowBuilder(title));
    for (const figure of figures) builder.withPanel(figureOf(figure));
    for (const chart of charts) builder.withPanel(chartOf(chart));
  }
  return builder.build();
}
