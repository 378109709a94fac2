-- Included at the head of every script that changes an event: reads it, drops what has lapsed,
-- and mends what an eviction left. The caller changes `event` and ends with `keepEvent`.
--
-- stateKey   hash: version, base, limit, until, leased, returning, refusedAt, voidedAt
-- leasesKey  zset: member <leaseId>:<quantity>, score the expiry; quantity 0 is a fence
-- All times are Redis' own, in milliseconds. `event.base` is nil while the event is cold.

local fieldNames = { 'version', 'base', 'limit', 'until', 'leased', 'returning', 'refusedAt', 'voidedAt' }

local emptyDurationMs = 15000

-- No refusal may rest on what is known, nor on anything read before now.
local function voidRefusals(event)
  event['until'], event.voidedAt = 0, event.now
end

local function weigh(event, member, sign)
  local quantity = tonumber(string.match(member, ':(%d+)$'))
  event.leased = event.leased + sign * quantity
  if quantity == 0 then event.returning = event.returning + sign end
  return quantity
end

local function openEvent(stateKey, leasesKey, lapsedCountMax)
  local time = redis.call('TIME')
  local event = { now = time[1] * 1000 + math.floor(time[2] / 1000) }
  local values = redis.call('HMGET', stateKey, unpack(fieldNames))
  for index, name in ipairs(fieldNames) do event[name] = tonumber(values[index] or nil) end
  local isStateLost = not event.leased
  for index = 4, #fieldNames do event[fieldNames[index]] = event[fieldNames[index]] or 0 end
  if isStateLost then
    -- What was lost may have had fences: nothing that was read before now says what they give back.
    -- And a no may have been said just before: a fence that comes now waits until nobody repeats it.
    voidRefusals(event)
    event.refusedAt = event.now
    -- As many as there may be leases: admit bounds their number.
    for _, member in ipairs(redis.call('ZRANGE', leasesKey, 0, -1)) do weigh(event, member, 1) end
  end

  local lapsed = redis.call('ZRANGEBYSCORE', leasesKey, '-inf', event.now, 'LIMIT', 0, lapsedCountMax)
  for _, member in ipairs(lapsed) do
    if weigh(event, member, -1) == 0 then voidRefusals(event) end
  end
  if #lapsed > 0 then redis.call('ZREM', leasesKey, unpack(lapsed)) end

  event.leaseCount = redis.call('ZCARD', leasesKey)
  if event.leaseCount == 0 then
    -- Fences that are counted and not there were evicted, not settled.
    if event.returning ~= 0 then voidRefusals(event) end
    event.leased, event.returning = 0, 0
  end
  return event
end

-- Drops these leases. Returns how many fences were live among them.
local function dropLeases(event, leasesKey, members)
  local fenceCount = 0
  for _, member in ipairs(members) do
    if redis.call('ZREM', leasesKey, member) == 1 and weigh(event, member, -1) == 0 then
      fenceCount = fenceCount + 1
    end
  end
  return fenceCount
end

local function keepEvent(event, stateKey, leasesKey, keyDurationMs)
  local pairsToSet = {}
  for _, name in ipairs(fieldNames) do
    if event[name] then
      pairsToSet[#pairsToSet + 1] = name
      pairsToSet[#pairsToSet + 1] = string.format('%.0f', event[name])
    end
  end
  redis.call('HSET', stateKey, unpack(pairsToSet))
  redis.call('PEXPIRE', leasesKey, keyDurationMs)
  -- An id that names no event must not leave more behind than readings under way need.
  local isEmpty = not event.base and redis.call('ZCARD', leasesKey) == 0
  redis.call('PEXPIRE', stateKey, isEmpty and emptyDurationMs or keyDurationMs)
end
