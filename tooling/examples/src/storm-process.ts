// One process of a storm. It is told its part over the channel, answers, and ends when the channel does.
import { type Errand, runErrand } from './errand.ts';

process.once('disconnect', () => process.exit());
process.once('message', (errand: Errand) => {
  void runErrand(errand).then((told) => process.send?.(told));
});
