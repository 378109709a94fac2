import { runProgram } from '@holdfast/command';
import { createProgram } from './program.ts';

await runProgram(createProgram());
