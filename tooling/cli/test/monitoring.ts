import { parse } from 'yaml';
import { readText } from './guide-rows.ts';

/** One metric with its labels, as a question to Prometheus names it. */
export interface Selector {
  readonly metric: string;
  /** What each label has to be; of an alternative (`a|b`), each part. */
  readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const metricPattern = /\b((?:holdfast|process|nodejs)_\w+)(?:\{([^}]*)\})?/g;

/**
 * Every metric that a question names, by the name that processes expose: of a histogram without what Prometheus
 * adds, and with `job` where Prometheus says `exported_job`.
 *
 * @example selectorsIn('rate(a_total{result="failed"}[1m])')
 */
export function selectorsIn(expr: string): readonly Selector[] {
  return [...expr.matchAll(metricPattern)].map(([, name = '', labels = '']) => ({
    metric: name.replace(/_(?:bucket|sum|count)$/, ''),
    labels: [...labels.matchAll(/(\w+)=~?"([^"$]*)"/g)].map(([, label = '', values = '']) => ({
      name: label === 'exported_job' ? 'job' : label,
      values: values.split('|'),
    })),
  }));
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** The rules of deploy/prometheus/alerts.yml. */
export function alertRules(): readonly Rule[] {
  const { groups } = parse(readText('deploy/prometheus/alerts.yml'));
  return groups.flatMap(({ rules }: { readonly rules: readonly Rule[] }) => rules);
}

/** What the dashboard's panels ask. */
export function dashboardExpressions(): readonly string[] {
  const text = readText('deploy/grafana/holdfast.json');
  return [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, expr = '""']) =>
    String(JSON.parse(expr)),
  );
}

/** The rows of the table of metrics in docs/watching.md: what each metric is, and when to be alarmed. */
export function documentedMetrics(): readonly { readonly name: string; readonly alarm: string }[] {
  const [, section = ''] = readText('docs/watching.md').split('\n## Metrics and alarms\n');
  const [table = ''] = section.split('\n\nBoth have');
  return table.split('\n').flatMap((line) => {
    const cells = line.split(' | ');
    const alarm = cells.at(-1)?.replace(/ ?\|$/, '').trim() ?? '';
    const names = [...(cells[0] ?? '').matchAll(/`(holdfast_\w+)/g)];
    return names.map(([, name = '']) => ({ name, alarm }));
  });
}
