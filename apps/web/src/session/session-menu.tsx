import { Link } from 'wouter';
import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { useSession } from './session-provider.tsx';

/** Who is signed in, in the header. */
export function SessionMenu() {
  const say = useMessages(frameMessages);
  const { signedIn, signOut } = useSession();
  if (signedIn === null) {
    return (
      <Link href="/sign-in" className="session nav-link">
        {say('session.signIn')}
      </Link>
    );
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
