import { type SubmitEvent, useId, useState } from 'react';
import { Link } from 'wouter';
import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { useSession } from './session-provider.tsx';

/** Takes a token. What is typed is never part of an address: the form is not sent anywhere. */
export function SignInPage() {
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
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsBad(!signIn(token));
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
