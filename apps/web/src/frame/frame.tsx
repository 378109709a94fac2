import { lazy, type ReactNode, Suspense } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { useSession } from '../session/session-provider.tsx';
import { SessionMenu } from '../session/session-menu.tsx';
import { SignInLinkNotice } from '../session/sign-in-link-notice.tsx';
import { frameMessages } from './messages.ts';
import { PageBoundary } from './page-boundary.tsx';
import { Preferences } from './preferences.tsx';

/** Whoever buys never loads it: there is nobody else to be. */
const DevelopmentBar = lazy(() => import('../development/development-bar.tsx'));

/** What stands around every page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const say = useMessages(frameMessages);
  const { signedIn, people } = useSession();
  const [address] = useLocation();
  const canOrganize = signedIn !== null && signedIn.role !== 'user';
  return (
    <>
      <a className="skip-link" href="#main">
        {say('skip')}
      </a>
      <header className="header">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Holdfast
        </Link>
        <nav className="nav" aria-label={say('nav.label')}>
          <NavLink href="/">{say('nav.events')}</NavLink>
          {signedIn !== null && <NavLink href="/bookings">{say('nav.bookings')}</NavLink>}
          {canOrganize && <NavLink href="/organize">{say('nav.organize')}</NavLink>}
        </nav>
        <SessionMenu />
        <Preferences />
      </header>
      {people.length > 0 && (
        <Suspense>
          <DevelopmentBar />
        </Suspense>
      )}
      <main id="main" className="main" tabIndex={-1}>
        <SignInLinkNotice />
        <PageBoundary address={address}>{children}</PageBoundary>
      </main>
    </>
  );
}

function NavLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const [isHere] = useRoute(href === '/organize' ? '/organize/*?' : href);
  return (
    <Link href={href} className="nav-link" aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
