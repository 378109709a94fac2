#!/usr/bin/env node
import { bench } from './bench.ts';
import { quickPlan, fullPlan, tinyPlan } from './plan.ts';
import { reportOn } from './report.ts';
import { stepsOn } from './steps.ts';

const plan = process.argv.includes('--quick') ? quickPlan : process.argv.includes('--tiny') ? tinyPlan : fullPlan;
const report = reportOn(await bench(plan, stepsOn(process.stderr, new AbortController().signal)));
process.stdout.write(`${JSON.stringify(report)}\n`);
