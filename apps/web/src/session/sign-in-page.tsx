import { type SubmitEvent, useId, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { useSession } from './session-provider.tsx';

/** Takes a token. What is typed is never part of an address: the form is not sent anywhere. */
export default function SignInPage() {
  const say = useMessages(frameMessages);
  const { signedIn } = useSession();
  return (
    <div className="narrow">
      <PageTitle title={say('signIn.title')} />
      {signedIn === null ? (
        <TokenForm />
      ) : (
        <Notice tone="good" title={say('signIn.done', { userId: signedIn.userId })}>
          <p>
            <Link href="/">{say('signIn.next')}</Link>
          </p>
        </Notice>
      )}
    </div>
  );
}

function TokenForm() {
  const say = useMessages(frameMessages);
  const { signIn } = useSession();
  const [token, setToken] = useState('');
  const [isBad, setIsBad] = useState(false);
  const id = useId();
  const [, navigate] = useLocation();
  const from = useFrom();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const isSignedIn = signIn(token);
    setIsBad(!isSignedIn);
    if (isSignedIn && from !== null) navigate(from, { replace: true });
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      <p>{say('signIn.text')}</p>
      <p className="hint">{say('signIn.hint')}</p>
      <label htmlFor={id}>{say('signIn.token')}</label>
      <textarea
        id={id}
        rows={4}
        autoComplete="off"
        spellCheck={false}
        value={token}
        onChange={({ target }) => setToken(target.value)}
        aria-invalid={isBad || undefined}
        aria-describedby={isBad ? `${id}-bad` : undefined}
      />
      {isBad && (
        <p id={`${id}-bad`} className="field-error" role="alert">
          {say('signIn.bad')}
        </p>
      )}
      <Button look="primary" type="submit">
        {say('signIn.button')}
      </Button>
    </form>
  );
}

/** Which page has led here. Only a path of this site is one. */
function useFrom(): string | null {
  const state: unknown = useHistoryState();
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : null;
  return typeof from === 'string' && /^\/(?!\/)/.test(from) ? from : null;
}
