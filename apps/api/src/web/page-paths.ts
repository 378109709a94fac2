/**
 * Addresses that a browser is given the pages at (apps/web/src/app.tsx has what each shows). Everything else is the
 * api's own, or nowhere.
 */
const pagePath =
  /^\/(?:$|events\/[^/]+$|offers\/[^/]+\/[^/]+$|bookings$|sign-in$|organize(?:\/|$))/;

/** @example isPagePath('/events/018f…') // true */
export function isPagePath(path: string): boolean {
  return pagePath.test(path);
}
