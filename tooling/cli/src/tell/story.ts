import { countOf, duration, figure, type Layout, paragraph } from '@holdfast/command';
import type { DetailedReport } from '../judge/report.ts';
import { countsText, heading, proofLines } from './report-text.ts';

/** The report of `demo` for people: what happened, told to somebody who has never seen Holdfast. */
export function storyText(detailed: DetailedReport, layout: Layout): string {
  return [
    heading('What happened', layout),
    ...plot(detailed).flatMap((sentence) => paragraph(sentence, layout)),
    ...proofLines(detailed, layout),
    '',
    ...next.map((line) => layout.style('dim', line)),
    '',
  ].join('\n');
}

/** Told because a figure of seats and seconds is taken for the speed, whatever stands around it. */
const burst =
  'This was one burst, on processes that had only just started, and the crowd ran on the same cores. It shows that nothing is oversold, and not how fast Holdfast is: pnpm bench measures that.';

const next = [
  '  Next:  pnpm bench --quick    how fast it is, once warm',
  '         pnpm stress --help    a crowd of your own',
  '         pnpm start            an api to play with',
];

function plot({ report, tally, pace }: DetailedReport): readonly string[] {
  const { users, seats, confirmed, refused, errors, unknown, latencyMs } = report;
  return [
    `${countOf(users, 'user')} arrived in the same instant, for ${countOf(seats, 'seat')} of one event.`,
    'Each had a token of its own, reserved one seat through the client, and confirmed its hold.',
    '',
    confirmed === 0
      ? 'Nobody got a seat.'
      : `${figure(confirmed)} got a seat; the last one ${duration(pace.lastConfirmedMs)} after the start.`,
    refused === 0
      ? 'Nobody was refused.'
      : `${figure(refused)} were refused (${countsText(report.refusedByReason)}); everybody had an answer after ${duration(pace.lastAnswerMs)}.`,
    errors + unknown === 0
      ? 'Nobody got an error, and everybody knows what happened to their call.'
      : `${figure(errors)} got an error (${countsText(tally.errorsByCause)}), ${figure(unknown)} were left in doubt.`,
    `From arrival to final answer: p50 ${duration(latencyMs.p50)}, p99 ${duration(latencyMs.p99)}, slowest ${duration(latencyMs.max)}.`,
    '',
    burst,
    '',
    redisSentence(report.drift),
  ];
}

/** Nothing is granted in Redis, so the story is the same without it. */
function redisSentence(drift: number | null): string {
  if (drift === null) return 'Without Redis: PostgreSQL alone decided about every seat.';
  const which = 'With Redis, which only refuses early: afterwards it';
  return drift === 0
    ? `${which} agrees with PostgreSQL on every seat.`
    : `${which} differs from PostgreSQL by ${countOf(drift, 'seat')}.`;
}
