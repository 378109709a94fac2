import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { exchangeCode } from './exchange-code.ts';
import {
  keepPeople,
  keepSession,
  peopleWith,
  type Session,
  type SignedIn,
  signedInWith,
} from './session.ts';

interface SessionState {
  readonly signedIn: SignedIn | null;
  /** All that a developer can be, with `become`; nobody outside of development. */
  readonly people: readonly SignedIn[];
  /** A link is being exchanged, or it was no good. */
  readonly link: 'none' | 'signing_in' | 'failed';
  /** `false`: the text is no token. */
  readonly signIn: (token: string) => boolean;
  readonly become: (person: SignedIn) => void;
  readonly signOut: () => void;
}

const SessionContext = createContext<SessionState | null>(null);

interface SessionProviderProps {
  readonly session: Session;
  readonly children: ReactNode;
}

export function SessionProvider({ session, children }: SessionProviderProps) {
  const [signedIn, setSignedIn] = useState(session.signedIn);
  const [people, setPeople] = useState(session.people);
  const [link, setLink] = useState<SessionState['link']>(
    session.code === null ? 'none' : 'signing_in',
  );
  const change = useMemo(() => {
    const become = (next: SignedIn | null) => {
      keepSession(next);
      setSignedIn(next);
    };
    const beOneOf = (next: readonly SignedIn[]) => {
      keepPeople(next);
      setPeople(next);
      become(next[0] ?? null);
    };
    return {
      become,
      beOneOf,
      signIn(token: string) {
        const next = signedInWith(token);
        if (next === null) return false;
        beOneOf([]);
        become(next);
        return true;
      },
      signOut: () => beOneOf([]),
    };
  }, []);
  useEffect(() => {
    const { code } = session;
    if (code === null) return;
    const exchange = async () => {
      const found = peopleWith((await exchangedOnce(code)) ?? []);
      setLink(found.length === 0 ? 'failed' : 'none');
      if (found.length > 0) change.beOneOf(found);
    };
    void exchange();
  }, [session, change]);
  const state = useMemo(
    () => ({ signedIn, people, link, ...change }),
    [signedIn, people, link, change],
  );
  return <SessionContext value={state}>{children}</SessionContext>;
}

/** A code is good for one exchange, and React may run an effect twice. */
const exchanges = new Map<string, ReturnType<typeof exchangeCode>>();

function exchangedOnce(code: string): ReturnType<typeof exchangeCode> {
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
