import { figure } from '@holdfast/command';
import { msText } from '../numbers.ts';
import type { Report } from '../report.ts';
import type { CeilingRow } from '../rows.ts';
import { connectionsOf, p99Column } from './row-columns.ts';
import { section, type Section } from './section.ts';

const ceilingTitles: Readonly<Record<string, string>> = {
  nothing: 'a server that does nothing, and reads no HTTP',
  bare: 'bare node:http, same parse, token and zod',
  stock: "empty mutation, tRPC's Fastify adapter",
  empty: 'empty mutation through the api',
  set_based_insert: 'PostgreSQL, 100 bookings a statement',
};

export function ceilingSection({ ceilings }: Report): Section {
  return section<CeilingRow>({
    id: 'ceilings',
    title: 'Ceilings, in the same rounds',
    columns: [
      ['ceiling', ({ ceiling }) => ceilingTitles[ceiling] ?? ceiling, 'words'],
      ['connections', connectionsOf],
      ['a second', (one) => figure(one.callsPerSecond)],
      [
        'min–max',
        ({ callsPerSecondMin: min, callsPerSecondMax: max }) => {
          return `${figure(min)}–${figure(max)}`;
        },
      ],
      ['p50 ms', (one) => msText(one.p50Ms)],
      p99Column,
      ['server µs', (one) => figure(one.serverMicrosPerCall)],
      ['load µs', (one) => msText(one.generatorMicros)],
    ],
    rows: ceilings,
    notes: [
      'µs is processor time for each call: of the server, and of the load generator. What a server that does nothing does not reach, the generator does not reach.',
    ],
  });
}
