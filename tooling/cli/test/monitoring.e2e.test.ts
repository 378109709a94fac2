import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Sample, parseMetrics } from '../src/servers/metrics.ts';
import { adminUrlOf } from '../src/stack/api-and-worker.ts';
import type { Stack } from '../src/stack/stack.ts';
import { readText } from './guide-rows.ts';
import {
  alertRules,
  dashboardExpressions,
  documentedMetrics,
  type Selector,
  selectorsIn,
} from './monitoring.ts';
import { startGivenStack } from './stack-for-test.ts';

let stack: Stack;
let exposed: readonly Sample[] = [];
/** Also those that have no line yet: what they count has not happened. */
let names: readonly string[] = [];

beforeAll(async () => {
  stack = await startGivenStack();
  // A worker has a line for a job when the job has run.
  await vi.waitUntil(async () => haveRun(await readAll()), { timeout: 20_000, interval: 200 });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const haveRun = (lines: readonly string[]) =>
  ['expire-holds', 'relay-outbox'].every((job) => lines.includes(`holdfast_job_runs_total ${job}`));

/** Reads what api and worker expose, and says which jobs have run. */
async function readAll(): Promise<readonly string[]> {
  const urls = [...stack.apis, stack.worker].map(({ child }) => adminUrlOf(child) ?? '');
  const headers = { authorization: `Bearer ${stack.inside.adminToken}` };
  const texts = await Promise.all(
    urls.map(async (url) => (await fetch(`${url}/metrics`, { headers })).text()),
  );
  exposed = texts.flatMap(parseMetrics);
  names = texts.flatMap((text) =>
    [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name),
  );
  return exposed.map(({ name, labels }) => `${name} ${labels['job'] ?? ''}`);
}

const plainName = (name: string) => name.replace(/_(?:bucket|sum|count)$/, '');

/** What of a question no process exposes. */
function unknownIn({ metric, labels }: Selector): readonly string[] {
  const lines = exposed.filter(({ name }) => plainName(name) === metric);
  if (lines.length === 0) return names.includes(metric) ? [] : [metric];
  return labels.flatMap(({ name, values }) =>
    values
      .filter((value) => !lines.some((line) => line.labels[name] === value))
      .map((value) => `${metric}{${name}="${value}"}`),
  );
}

const own = () => new Set(names.filter((name) => name.startsWith('holdfast_')));

test('every metric and label that an alarm or the dashboard asks for is one that processes expose', () => {
  const asked = [...alertRules().map(({ expr }) => expr), ...dashboardExpressions()];
  expect(asked.length).toBeGreaterThan(30);
  expect(asked.flatMap(selectorsIn).flatMap(unknownIn)).toEqual([]);
});

test('a metric that is not there, and a label that no line has, are found', () => {
  const wrong = 'holdfast_commits_totals > 0 and holdfast_commits_total{result=~"failed|lost"}';
  expect(selectorsIn(wrong).flatMap(unknownIn)).toEqual([
    'holdfast_commits_totals',
    'holdfast_commits_total{result="lost"}',
  ]);
});

test('every metric of ours is explained in docs/watching.md and shown on the dashboard', () => {
  const documented = documentedMetrics().map(({ name }) => name);
  const shown = dashboardExpressions()
    .flatMap(selectorsIn)
    .map(({ metric }) => metric);
  expect([...own()].toSorted()).toEqual([...new Set(documented)].toSorted());
  expect([...own()].filter((name) => !shown.includes(name))).toEqual([]);
});

test('each alarm of docs/watching.md has a rule, and each rule is one of these alarms', () => {
  const metricsOfRules = alertRules()
    .flatMap(({ expr }) => selectorsIn(expr))
    .map(({ metric }) => metric);
  const alarms = documentedMetrics().filter(({ alarm }) => alarm !== '');
  expect(alarms.length).toBeGreaterThan(10);
  expect(alarms.filter(({ name }) => !metricsOfRules.includes(name))).toEqual([]);
  const named = alarms.map(({ name }) => name);
  expect(metricsOfRules.filter((metric) => !named.includes(metric))).toEqual([]);
});

test('each rule leads to a part of the runbook, and each part of an alarm has a rule', () => {
  const headings = [...readText('docs/runbook.md').matchAll(/^### (Holdfast\w+)$/gm)].map(
    ([, name = '']) => name,
  );
  expect(
    alertRules()
      .map(({ alert }) => alert)
      .toSorted(),
  ).toEqual(headings.toSorted());
  for (const { alert, annotations } of alertRules()) {
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
});
