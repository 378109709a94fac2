import { useMessages } from '../language/language-provider.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { organizerMessages } from './messages.ts';

export function OrganizerHomePage() {
  const say = useMessages(organizerMessages);
  return <PageTitle title={say('home.title')} />;
}
