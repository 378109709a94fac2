import { type AuditReport, audit } from '@holdfast/data';
import { withDatabase } from './with-database.ts';

/** Nobody waits for a seat meanwhile: an audit of many bookings may take its time. */
const replyTimeoutMs = 120_000;

/** Audits the database at `url`: one event, or with `null` all of them. Throws DatabaseUnavailable. */
export function auditAt(url: string, eventId: string | null): Promise<AuditReport> {
  const options = { url, applicationName: 'holdfast-audit', replyTimeoutMs };
  return withDatabase(options, (database) => audit(database, { eventId }));
}
