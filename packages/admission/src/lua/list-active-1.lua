-- The events that were noted last, the newest first.
--
-- KEYS[1]  the registry: a zset of event ids by the Redis time in ms at which each was last noted
-- ARGV[1]  how long an event is kept after that, in ms
-- ARGV[2]  the most events to return
--
-- Returns event ids; none where there is no registry.

local registryKey = KEYS[1]
local keptForMs, eventCountMax = tonumber(ARGV[1]), tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local oldest = '(' .. string.format('%.0f', now - keptForMs)
return redis.call('ZREVRANGEBYSCORE', registryKey, '+inf', oldest, 'LIMIT', 0, eventCountMax)
