import { useLocation } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { useSession } from '../session/session-provider.tsx';
import { developmentMessages } from './messages.ts';
import { StormButton } from './storm-button.tsx';

/** What a link of `pnpm start` gives besides the pages: to be an organizer or a buyer, and a crowd for an event. */
export default function DevelopmentBar() {
  const say = useMessages(developmentMessages);
  const { signedIn, people, become } = useSession();
  const [location] = useLocation();
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
            if (chosen !== undefined) become(chosen);
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

/** @example eventIdIn('/organize/events/0197…/live') // '0197…' */
function eventIdIn(location: string): string | null {
  return /\/events\/([0-9a-f-]{36})(?:\/|$)/i.exec(location)?.[1] ?? null;
}
