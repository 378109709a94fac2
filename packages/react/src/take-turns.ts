/**
 * Runs a piece of work when no other tab of this origin does work of that name. Where the browser has no locks (a page
 * that came over plain HTTP from another machine) it runs at once: then the server's limit of bookings per user is what
 * stands between two tabs and two holds.
 */
export function takeTurns<T>(name: string, work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request(name, work) : work();
}
