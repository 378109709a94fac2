import de from '../../messages/frame.de.json';
import en from '../../messages/frame.en.json';
import type { Catalogue } from '../language/messages.ts';

/** What stands around every page. */
export const frameMessages: Catalogue<keyof typeof en> = { en, de };
