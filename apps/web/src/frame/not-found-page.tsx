import { Link } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { frameMessages } from './messages.ts';

export function NotFoundPage() {
  const say = useMessages(frameMessages);
  return (
    <>
      <PageTitle title={say('notFound.title')} />
      <p>{say('notFound.text')}</p>
      <p>
        <Link href="~/">{say('notFound.link')}</Link>
      </p>
    </>
  );
}
