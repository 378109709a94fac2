import de from '../../messages/development.de.json';
import en from '../../messages/development.en.json';
import type { Catalogue } from '../language/messages.ts';

/** What only a developer is told. */
export const developmentMessages: Catalogue<keyof typeof en> = { en, de };
