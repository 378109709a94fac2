import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { EventPage } from './buyer/event-page.tsx';
import { EventsPage } from './buyer/events-page.tsx';
import { DataProvider } from './data/data-provider.tsx';
import { Frame } from './frame/frame.tsx';
import { Loading } from './parts/loading.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { LanguageProvider } from './language/language-provider.tsx';
import { SessionProvider } from './session/session-provider.tsx';
import type { Session } from './session/session.ts';

// Most visitors want an event; the other pages are loaded by whoever opens one.
const BookingsPage = lazy(() => import('./buyer/bookings-page.tsx'));
const SignInPage = lazy(() => import('./session/sign-in-page.tsx'));
const OfferPage = lazy(() => import('./buyer/offer-page.tsx'));
const OrganizerPages = lazy(() => import('./organizer/organizer-pages.tsx'));

/** All pages by their addresses. The api serves them by apps/api/src/web/page-paths.ts. */
export function App({ session }: { readonly session: Session }) {
  return (
    <LanguageProvider>
      <SessionProvider session={session}>
        <DataProvider>
          <Frame>
            <Suspense fallback={<Loading />}>
              <Switch>
                <Route path="/" component={EventsPage} />
                <Route path="/events/:eventId">
                  {({ eventId }) => <EventPage key={eventId} eventId={eventId} />}
                </Route>
                <Route path="/bookings" component={BookingsPage} />
                <Route path="/offers/:eventId/:bookingId">
                  {({ eventId, bookingId }) => (
                    <OfferPage eventId={eventId} bookingId={bookingId} />
                  )}
                </Route>
                <Route path="/sign-in" component={SignInPage} />
                <Route path="/organize" nest component={OrganizerPages} />
                <Route component={NotFoundPage} />
              </Switch>
            </Suspense>
          </Frame>
        </DataProvider>
      </SessionProvider>
    </LanguageProvider>
  );
}
