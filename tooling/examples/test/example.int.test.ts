import { silentSteps } from '@holdfast/command';
import { freshDatabase } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { examples } from '../src/examples.ts';
import { runOn } from '../src/run-example.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`examples: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const names = Object.keys(examples) as readonly (keyof typeof examples)[];

test.each(names)(
  'users in two processes storm the %s: nothing is oversold, nobody is left without an answer',
  async (name) => {
    const storm = { name, userCount: 200, processCount: 2, seed };
    const watching = { steps: silentSteps, stop: new AbortController().signal };
    const report = await runOn(await freshDatabase(), storm, watching);
    expect(report).toMatchObject({ verdict: 'pass', oversold: 0, violations: 0, unanswered: 0 });
    expect(report.answers['confirmed']).toBeGreaterThan(0);
  },
);
