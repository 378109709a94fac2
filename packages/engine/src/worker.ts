/**
 * The jobs of the engine, for who runs them in process. Of this package only this entry needs BullMQ.
 */
export {
  type HoldfastWorker,
  type HoldfastWorkerOptions,
  openHoldfastWorker,
} from './jobs/open-holdfast-worker.ts';
export { createRetention, type Retention, type RetainReport } from './jobs/retain.ts';
