-- Sets what is known of an event from what a commit or a read of PostgreSQL saw, and drops the
-- leases of the commands that this answers.
--
-- KEYS[1]  the event's state
-- KEYS[2]  its leases
-- ARGV[1]  how many lapsed leases one call drops
-- ARGV[2]  how long an unused key is kept, in ms
-- ARGV[3]  version
-- ARGV[4]  base: seats free in PostgreSQL at that version
-- ARGV[5]  limit: the most seats of one booking
-- ARGV[6]  asOfMs: Redis' time before PostgreSQL was asked
-- ARGV[7]  for how long, counted from asOfMs, a no may rest on base
-- ARGV[8…] leases: <leaseId>:<quantity>
--
-- Returns { base, free, drift, fenceCount }, as they are afterwards:
--   cold, or a newer version: all is set, drift is 0
--   the same version:         all is set, drift is by how much the stored base was off; where it
--                             was not, the later of both ends of the no holds: nothing came between
--   an older version:         only the leases are dropped, drift is 0
-- A lease that is not there (lapsed, or dropped before) changes nothing.
-- fenceCount is how many of these leases were fences, and live until now.
-- A reading from before a fence lapsed, was lost or released is set, and no no may rest on it.

--- @include "open-event"

local stateKey, leasesKey = KEYS[1], KEYS[2]
local lapsedCountMax, keyDurationMs = tonumber(ARGV[1]), ARGV[2]
local version, base, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local asOfMs, noForMs = tonumber(ARGV[6]), tonumber(ARGV[7])
local firstLease = 8

local event = openEvent(stateKey, leasesKey, lapsedCountMax)
local fenceCount = dropLeases(event, leasesKey, { unpack(ARGV, firstLease) })

local drift = event.version == version and math.abs(event.base - base) or 0
if not event.version or version >= event.version then
  local isRenewed = event.version == version and drift == 0
  event.version, event.base, event.limit = version, base, limit
  -- A time ahead of Redis' own comes from another clock, and says no more than now.
  local isVoided = asOfMs < event.voidedAt
  local untilMs = isVoided and 0 or math.min(asOfMs, event.now) + noForMs
  event['until'] = isRenewed and math.max(event['until'], untilMs) or untilMs
end
keepEvent(event, stateKey, leasesKey, keyDurationMs)
return { event.base, event.base - event.leased, drift, fenceCount }
