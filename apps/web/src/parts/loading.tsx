import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';

/** Says that something is on its way. It appears late (styles/parts.css): what comes at once does not flicker. */
export function Loading() {
  const say = useMessages(frameMessages);
  return <output className="loading">{say('loading')}</output>;
}
