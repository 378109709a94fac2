import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { useSession } from './session-provider.tsx';
import { SignInLink } from './sign-in-link.tsx';

/** Who is signed in, in the header. */
export function SessionMenu() {
  const say = useMessages(frameMessages);
  const { signedIn, signOut } = useSession();
  if (signedIn === null) {
    return <SignInLink className="session nav-link">{say('session.signIn')}</SignInLink>;
  }
  return (
    <div className="session">
      <span className="session-who">{say('session.who', { userId: signedIn.userId })}</span>
      <Button look="quiet" onClick={signOut}>
        {say('session.signOut')}
      </Button>
    </div>
  );
}
