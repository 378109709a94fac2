import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFoundPage } from '../frame/not-found-page.tsx';
import { OrganizerHomePage } from './organizer-home-page.tsx';

/** Charts are the largest part of all pages. */
const LivePage = lazy(() => import('./live/live-page.tsx'));

/** The organizers' pages by their addresses, each below `/organize`. They are loaded when one of them is opened. */
export default function OrganizerPages() {
  return (
    <Switch>
      <Route path="/" component={OrganizerHomePage} />
      <Route path="/events/:eventId/live">
        {({ eventId }) => <LivePage key={eventId} eventId={eventId} />}
      </Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
