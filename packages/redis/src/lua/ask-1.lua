-- What a refusal of this event may rest on now, and raises a fence where one is asked for.
--
-- KEYS[1]  the event's standing: a hash of version, free, limit, until, voidedAt, and of fences
-- ARGV[1]  the longest that a refusal can rest on one reading of PostgreSQL, in ms
-- ARGV[2]  how long readings and fences under way need the key, in ms
-- ARGV[3]  the fence to raise; '' raises none
-- ARGV[4]  how long a fence lives, in ms
-- ARGV[5]  so many fences have a field each; the others share one that nobody lowers, and that lapses
--
-- Returns { now, free, limit, certainty }; free and limit are -1 where nothing is known:
--   1   a claim of more than free seats, and no more than limit, is sold out
--   0   it was, but PostgreSQL said so too long ago
--   -1  nothing can be told: nothing is known, a fence stands, or the clock was set back

local key, maxMs, keepMs, fence = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local fenceMs, fenceCountMax = tonumber(ARGV[4]), tonumber(ARGV[5])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- What was known may be lost, with its fences: what was read as of voidedAt, or before, is not relied on.
-- A Redis that takes no writes (a replica, one that is full) says so to every question.
local isCold = redis.call('HSETNX', key, 'voidedAt', string.format('%.0f', now - 1)) == 1

local event, fenceCount = {}, 0
local fields = redis.call('HGETALL', key)
for index = 1, #fields, 2 do
  event[fields[index]] = tonumber(fields[index + 1])
  if string.sub(fields[index], 1, 6) == 'fence:' then fenceCount = fenceCount + 1 end
end

local isRaising = fence ~= ''
if isRaising then
  -- While PostgreSQL is away nobody lowers a fence, and each further one would make every call slower.
  local field = (event['fence:' .. fence] or fenceCount < fenceCountMax) and fence or '*'
  redis.call('HSET', key, 'fence:' .. field, string.format('%.0f', now + fenceMs))
end
-- A key without an end has -1.
if (isCold or isRaising) and redis.call('PTTL', key) < keepMs then redis.call('PEXPIRE', key, keepMs) end

local isKnown = event.version and not isRaising and fenceCount == 0 and event['until'] <= now + maxMs
local certainty = not isKnown and -1 or now < event['until'] and 1 or 0
return { now, event.free or -1, event.limit or -1, certainty }
