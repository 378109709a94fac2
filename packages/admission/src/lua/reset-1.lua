-- Forgets what is known of an event, because Redis is ahead of PostgreSQL: a database was restored.
-- Leases stay: their commands are on their way.
--
-- KEYS[1]  the event's state
--
-- Returns 1 if something was known, 0 if the event was cold.

local stateKey = KEYS[1]
local fieldCount = redis.call('HDEL', stateKey, 'version', 'base', 'limit', 'until')
return fieldCount > 0 and 1 or 0
