import { defineEntity, p } from '@mikro-orm/core';

/**
 * A part of an event's archive: some thousand lines of JSON, as one member of a gzip file. All parts of an
 * event, one after the other, are that file. Written by `packages/data/src/retention` alone.
 */
export const ArchivePart = defineEntity({
  name: 'ArchivePart',
  tableName: 'archive_parts',
  properties: {
    eventId: p.uuid().primary(),
    /** From 1. */
    part: p.integer().primary(),
    content: p.blob(),
  },
  checks: [{ name: 'check_archive_part', expression: 'part >= 1' }],
});
