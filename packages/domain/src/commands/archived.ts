import { mayCommand } from '../booking/actor.ts';
import type { EventState } from '../event/event.ts';
import type { Command } from './commands.ts';
import { ownedBy } from './decision.ts';
import { type Refused, refused } from './refusal.ts';

/**
 * Why nothing becomes of a command to an event that was archived. Its bookings are in the archive, so the rules
 * cannot see them, and nothing may be decided upon what they do not see: an id that was used before would
 * look like a new one.
 *
 * `null`: the other rules decide, which is so for those who may not know of the event, for a `create` that
 * is repeated, and for the sweep, which finds nothing.
 */
export function refusalOfArchived(event: EventState, command: Command): Refused | null {
  switch (command.type) {
    case 'create':
    case 'expire':
      return null;
    case 'update':
    case 'open':
    case 'close':
    case 'setCapacity':
      return ownedBy(event, command.organizerId) && refused('event_archived');
    default:
      return mayCommand(event, command) ? refused('event_archived') : null;
  }
}
