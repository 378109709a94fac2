import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import '../styles/organizer.css';
import { NotFoundPage } from '../frame/not-found-page.tsx';
import { BookingPage } from './bookings/booking-page.tsx';
import { BookingsPage } from './bookings/bookings-page.tsx';
import { CreatePage } from './create/create-page.tsx';
import { EventPage } from './event/event-page.tsx';
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
      <Route path="/new" component={CreatePage} />
      <Route path="/events/:eventId">
        {({ eventId }) => <EventPage key={eventId} eventId={eventId} />}
      </Route>
      <Route path="/events/:eventId/bookings">
        {({ eventId }) => <BookingsPage key={eventId} eventId={eventId} />}
      </Route>
      <Route path="/events/:eventId/bookings/:bookingId">
        {(booking) => <BookingPage key={booking.bookingId} {...booking} />}
      </Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
