-- Notes that these events hold leases, for whoever reconciles.
--
-- KEYS[1]  the registry: a zset of event ids by the Redis time in ms at which each was last noted
-- ARGV[1]  how long an event is kept after that, in ms
-- ARGV[2]  the most events that are kept: the oldest go first
-- ARGV[3…] event ids
--
-- Returns the number of events that are kept.

local registryKey = KEYS[1]
local keptForMs, eventCountMax = tonumber(ARGV[1]), tonumber(ARGV[2])
local firstEvent = 3

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for index = firstEvent, #ARGV do redis.call('ZADD', registryKey, now, ARGV[index]) end
redis.call('ZREMRANGEBYSCORE', registryKey, '-inf', string.format('%.0f', now - keptForMs))
redis.call('ZREMRANGEBYRANK', registryKey, 0, -eventCountMax - 1)
redis.call('PEXPIRE', registryKey, keptForMs)
return redis.call('ZCARD', registryKey)
