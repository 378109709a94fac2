import de from '../../messages/organizer.de.json';
import en from '../../messages/organizer.en.json';
import type { Catalogue } from '../language/messages.ts';

/** What the organizers' pages say. They are loaded with those pages. */
export const organizerMessages: Catalogue<keyof typeof en> = { en, de };
