import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useSession } from './session-provider.tsx';

interface SignInLinkProps {
  readonly className?: string;
  readonly children: ReactNode;
}

/** Leads to the sign-in page, and from there back to this one. Who is signed in by a token that is over is signed out first. */
export function SignInLink({ className, children }: SignInLinkProps) {
  const [from] = useLocation();
  const { signOut } = useSession();
  return (
    <Link href="~/sign-in" state={{ from }} className={className} onClick={signOut}>
      {children}
    </Link>
  );
}
