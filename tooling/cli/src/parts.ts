/** What the rehearsals use of the command: the load, what judges it, and the stack that it is put on. */
export { type Fault, type Scene } from './chaos/fault.ts';
export type { DetailedChaosReport } from './chaos/report.ts';
export { runFault } from './chaos/run-fault.ts';
export { openStage, type Stage } from './chaos/stage.ts';
export { startTraffic } from './chaos/traffic.ts';
export { wholeNumber } from './commands/options.ts';
export { forgetGivenServers } from './env.ts';
export { type Evidence, inspect } from './judge/evidence.ts';
export { toldBy } from './judge/history.ts';
export type { Report } from './judge/report.ts';
export { runTrial } from './judge/trial.ts';
export { verdictOf } from './judge/verdict.ts';
export { type Call, isAcknowledged } from './load/call.ts';
export { runClosedLoop, runOpenLoop } from './load/storm.ts';
export { withDatabase } from './servers/database.ts';
export { withAdmission } from './servers/with-admission.ts';
export { ordinaryStack, type Stack, startStackOn } from './stack/stack.ts';
