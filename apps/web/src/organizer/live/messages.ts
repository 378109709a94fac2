import de from '../../../messages/live.de.json';
import en from '../../../messages/live.en.json';
import type { Catalogue } from '../../language/messages.ts';

export type LiveKey = keyof typeof en;

/** What the console says. It is loaded with the console. */
export const liveMessages: Catalogue<LiveKey> = { en, de };
