import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { SignInLink } from './sign-in-link.tsx';

/** The server does not take the token any more. */
export function SignedOutNotice() {
  const say = useMessages(frameMessages);
  return (
    <Notice tone="warning" title={say('signedOut.title')}>
      <p>{say('signedOut.text')}</p>
      <SignInLink className="button button-plain">{say('session.signIn')}</SignInLink>
    </Notice>
  );
}
