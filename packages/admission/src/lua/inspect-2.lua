-- What is known of an event, for looking at. Changes nothing.
--
-- KEYS[1]  the event's state
-- KEYS[2]  its leases
--
-- Returns {} while the event is cold, else
-- { { now, version, base, limit, until, leased }, { leaseCount, fenceCount, leasedSeats } }:
--   leased       the running sum
--   leaseCount   live leases that are no fences
--   fenceCount   live fences
--   leasedSeats  the sum of the live leases, counted now

local stateKey, leasesKey = KEYS[1], KEYS[2]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', stateKey, 'version', 'base', 'limit', 'until', 'leased')
if not known[2] then return {} end

local leaseCount, fenceCount, leasedSeats = 0, 0, 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', leasesKey, '(' .. string.format('%.0f', now), '+inf')) do
  local quantity = tonumber(string.match(member, ':(%d+)$'))
  leasedSeats = leasedSeats + quantity
  if quantity == 0 then fenceCount = fenceCount + 1 else leaseCount = leaseCount + 1 end
end
local state = { now }
for index = 1, #known do state[index + 1] = tonumber(known[index] or 0) end
return { state, { leaseCount, fenceCount, leasedSeats } }
