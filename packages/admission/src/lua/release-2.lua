-- Drops the leases of commands that were not committed, or of which nobody knows it.
--
-- KEYS[1]  the event's state
-- KEYS[2]  its leases
-- ARGV[1]  how many lapsed leases one call drops
-- ARGV[2]  how long an unused key is kept, in ms
-- ARGV[3…] leases: <leaseId>:<quantity>
--
-- Returns the number of leases that are left.
-- A lease that is not there (lapsed, or dropped before) changes nothing.
-- Where a fence is among them, no no rests any longer on what was read until now.

--- @include "open-event"

local stateKey, leasesKey = KEYS[1], KEYS[2]
local lapsedCountMax, keyDurationMs = tonumber(ARGV[1]), ARGV[2]
local firstLease = 3

local event = openEvent(stateKey, leasesKey, lapsedCountMax)
local fenceCount = dropLeases(event, leasesKey, { unpack(ARGV, firstLease) })
if fenceCount > 0 then voidRefusals(event) end
keepEvent(event, stateKey, leasesKey, keyDurationMs)
return redis.call('ZCARD', leasesKey)
