/** What the `holdfast` command and the bench do the same way. */
export { asCalled } from './as-called.ts';
export { apiNodeFlags } from './api-node-flags.ts';
export { childEnv, wantsPlainText } from './env.ts';
export { type ExitCode, exitCode, exitCodeOfVerdict } from './exit-code.ts';
export { messageOf, ProcessFailed, UsageError } from './failure.ts';
export { unlessInterrupted, untilInterrupted } from './interruption.ts';
export { countOf, duration, figure, median, percentile, roundStep, share, sum } from './numbers.ts';
export { type Layout, layoutOf, paragraph, say, verdictMark } from './layout.ts';
export { runProgram } from './run-program.ts';
export { silentSteps, type Steps, stepsOn } from './steps.ts';
export { drawTable } from './table.ts';
export { awayHint, exitCodeOf } from './tell-failure.ts';
export { type Claims, type TokenIssuer, tokenMint } from './token.ts';
