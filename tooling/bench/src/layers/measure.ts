import { measureAdmit } from './admit.ts';
import { measureCall } from './call.ts';
import { measureCommit } from './commit.ts';
import { measureDecide } from './decide.ts';
import type { LayerOrder } from './measure-layers.ts';

/** Measures the layers one after the other in a process of its own, and ends. */
process.once('disconnect', () => process.exit());
process.once('message', (order: LayerOrder) => {
  void measure(order).then((rows) => process.send?.(rows, () => process.disconnect()));
});

async function measure({ databaseUrl, redisUrl, redisPrefix, durationMs }: LayerOrder) {
  return [
    ...(await measureDecide(durationMs)),
    ...(await measureAdmit({ url: redisUrl, prefix: redisPrefix }, durationMs)),
    ...(await measureCommit(databaseUrl, durationMs)),
    ...(await measureCall(durationMs)),
  ];
}
