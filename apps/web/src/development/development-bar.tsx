import { useLocation } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import type { SignedIn } from '../session/session.ts';
import { useSession } from '../session/session-provider.tsx';
import { developmentMessages } from './messages.ts';
import { StormButton } from './storm-button.tsx';

/** What a link of `pnpm start` gives besides the pages: to be an organizer or a buyer, and a crowd for an event. */
export default function DevelopmentBar() {
  const say = useMessages(developmentMessages);
  const { signedIn, people, become } = useSession();
  const [location, navigate] = useLocation();
  const organizer = people.find(({ role }) => role !== 'user');
  const eventId = eventIdIn(location);
  return (
    <aside className="development" aria-label={say('bar')}>
      <label>
        {say('actAs')}{' '}
        <select
          className="choice"
          value={signedIn?.token}
          onChange={({ target }) => {
            const chosen = people[target.selectedIndex];
            if (chosen === undefined) return;
            navigate(pageFor(chosen, eventId, location));
            become(chosen);
          }}
        >
          {people.map(({ token, userId, role }) => (
            <option key={token} value={token}>
              {say(role === 'user' ? 'user' : 'organizer', { userId })}
            </option>
          ))}
        </select>
      </label>
      {eventId !== null && organizer !== undefined && (
        <StormButton key={eventId} eventId={eventId} token={organizer.token} />
      )}
    </aside>
  );
}

/** The same event on the other's side of it: a buyer has no console, and an organizer's page of an event is its console. */
function pageFor({ role }: SignedIn, eventId: string | null, location: string): string {
  const buys = role === 'user';
  if (eventId !== null) return buys ? `/events/${eventId}` : `/organize/events/${eventId}/live`;
  return buys && location.startsWith('/organize') ? '/' : location;
}

/** @example eventIdIn('/organize/events/0197…/live') // '0197…' */
function eventIdIn(location: string): string | null {
  return /\/events\/([0-9a-f-]{36})(?:\/|$)/i.exec(location)?.[1] ?? null;
}
