import type { Say } from '../../language/messages.ts';
import type { Asked } from './act-form.tsx';

/** Asks why something is done for a user. A page may ask more than once, so each has a name of its own. */
export function reasonField(name: string, say: Say<'act.reason' | 'act.reasonHint'>): Asked {
  return { name, label: say('act.reason'), hint: say('act.reasonHint'), path: 'onBehalfOf.reason' };
}
