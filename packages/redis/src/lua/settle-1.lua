-- Sets how an event stands, as a commit or a read of PostgreSQL saw it, and lowers a fence.
--
-- KEYS[1]  the event's standing: a hash of version, free, limit, until, voidedAt, and of fences
-- ARGV[1]  how long an unused standing is kept, in ms
-- ARGV[2]  version
-- ARGV[3]  free: seats free in PostgreSQL at that version
-- ARGV[4]  limit: the most seats of one booking
-- ARGV[5]  asOfMs: Redis' time before PostgreSQL was asked
-- ARGV[6]  for how long, counted from asOfMs, a refusal may rest on it
-- ARGV[7]  the fence to lower; '' lowers none
-- ARGV[8]  how long a fence lives, in ms
--
-- Returns { drift }:
--   nothing known, or a newer version: all is set, drift is 0
--   the same version:                  all is set, drift is by how much the stored free was off; where it
--                                      was not, the later end holds: nothing came between
--   an older version:                  only the fence is lowered, drift is 0
-- A fence that lapsed, and a standing that was lost, may hide a commit that gave seats back: what was
-- read before that is set, and no refusal may rest on it. So it is where the clock was set back: a time
-- that is further ahead than a fence lives would keep the event from being refused for as long.

local key, keyMs, fence = KEYS[1], ARGV[1], ARGV[7]
local version, free, limit = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local asOfMs, refusalForMs, fenceMs = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[8])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local event, lowered = {}, fence ~= '' and { 'fence:' .. fence } or {}
local isVoid = false
local fields = redis.call('HGETALL', key)
for index = 1, #fields, 2 do
  local name, value = fields[index], tonumber(fields[index + 1])
  event[name] = value
  if string.sub(name, 1, 6) == 'fence:' and (value <= now or value > now + fenceMs) then
    isVoid = true
    lowered[#lowered + 1] = name
  end
end

local untilMs, voidedAt = event['until'] or 0, event.voidedAt or now
if isVoid or voidedAt > now + fenceMs then untilMs, voidedAt = 0, now end
local drift = event.version == version and math.abs(event.free - free) or 0
if not event.version or version >= event.version then
  local isRenewed = event.version == version and drift == 0
  -- A time ahead of Redis' own comes from another clock, and says no more than now.
  local readUntilMs = asOfMs <= voidedAt and 0 or math.min(asOfMs, now) + refusalForMs
  untilMs = isRenewed and math.max(untilMs, readUntilMs) or readUntilMs
  event.version, event.free, event.limit = version, free, limit
end
redis.call('HSET', key, 'version', event.version, 'free', event.free, 'limit', event.limit,
  'until', string.format('%.0f', untilMs), 'voidedAt', string.format('%.0f', voidedAt))
if #lowered > 0 then redis.call('HDEL', key, unpack(lowered)) end
redis.call('PEXPIRE', key, keyMs)
return { drift }
