import de from '../../messages/buyer.de.json';
import en from '../../messages/buyer.en.json';
import type { Catalogue } from '../language/messages.ts';

/** What the buyers' pages say. */
export const buyerMessages: Catalogue<keyof typeof en> = { en, de };
