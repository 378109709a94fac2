import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { exchangeCode } from './exchange-code.ts';
import { keepSession, type Session, type SignedIn, signedInWith } from './session.ts';

interface SessionState {
  readonly signedIn: SignedIn | null;
  /** A link is being exchanged, or it was no good. */
  readonly link: 'none' | 'signing_in' | 'failed';
  /** `false`: the text is no token. */
  readonly signIn: (token: string) => boolean;
  readonly signOut: () => void;
}

const SessionContext = createContext<SessionState | null>(null);

interface SessionProviderProps {
  readonly session: Session;
  readonly children: ReactNode;
}

export function SessionProvider({ session, children }: SessionProviderProps) {
  const [signedIn, setSignedIn] = useState(session.signedIn);
  const [link, setLink] = useState<SessionState['link']>(
    session.code === null ? 'none' : 'signing_in',
  );
  const state = useMemo(() => {
    const become = (next: SignedIn | null) => {
      keepSession(next);
      setSignedIn(next);
    };
    return {
      signedIn,
      link,
      signIn(token: string) {
        const next = signedInWith(token);
        if (next !== null) become(next);
        return next !== null;
      },
      signOut: () => become(null),
    };
  }, [signedIn, link]);
  useEffect(() => {
    const { code } = session;
    if (code === null) return;
    const exchange = async () => {
      const token = await exchangedOnce(code);
      const next = token === null ? null : signedInWith(token);
      setLink(next === null ? 'failed' : 'none');
      if (next === null) return;
      keepSession(next);
      setSignedIn(next);
    };
    void exchange();
  }, [session]);
  return <SessionContext value={state}>{children}</SessionContext>;
}

/** A code is good for one exchange, and React may run an effect twice. */
const exchanges = new Map<string, Promise<string | null>>();

function exchangedOnce(code: string): Promise<string | null> {
  const exchange = exchanges.get(code) ?? exchangeCode(code);
  exchanges.set(code, exchange);
  return exchange;
}

/** Who uses this tab, and how to sign in and out. */
export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === null) throw new Error('Put this component inside a <SessionProvider>.');
  return state;
}
