-- Decides which commands of an event go to PostgreSQL now, in the order in which they came.
--
-- KEYS[1]  the event's state
-- KEYS[2]  its leases
-- ARGV[1]  how long a lease lives, in ms
-- ARGV[2]  how long a caller may repeat a no, in ms
-- ARGV[3]  the longest that a no can rest on one reading, in ms
-- ARGV[4]  the most leases of an event
-- ARGV[5]  how many lapsed leases one call drops
-- ARGV[6]  how long an unused key is kept, in ms
-- ARGV[7…] asks: <leaseId>:<quantity>; quantity 0 asks for a fence
--
-- Returns { verdicts, now, base, limit, noForMs, waitMs }; base and limit are -1 while cold.
-- One letter of `verdicts` an ask:
--   a  admitted: the lease is live already (it is prolonged and counts once), it is a fence, or
--      base holds it beside the live leases
--   s  sold out: base alone has too few seats, the quantity is within the limit, no fence is live,
--      and base may still be relied on
--   u  undecided: the event is cold, base too old or fenced, the quantity over the limit, there are
--      too many leases, or only leases are in the way
-- noForMs: until when, counted from now, the caller may repeat a no of this call; 0 without one.
-- waitMs:  when, counted from now, no caller repeats a no any longer: a fence's commit waits so long.

--- @include "open-event"

local stateKey, leasesKey = KEYS[1], KEYS[2]
local leaseDurationMs, noRepeatMs, noDurationMaxMs = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local leaseCountMax, lapsedCountMax, keyDurationMs = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local firstAsk = 7

local event = openEvent(stateKey, leasesKey, lapsedCountMax)
local now, base = event.now, event.base
-- Redis' clock was set back: nothing tells how old the reading is.
if event['until'] > now + noDurationMaxMs then voidRefusals(event) end

local hasRefused = false
local function decide(member)
  local quantity = tonumber(string.match(member, ':(%d+)$'))
  local isLive = redis.call('ZSCORE', leasesKey, member)
  local isRoom = base and quantity <= base - event.leased and event.leaseCount < leaseCountMax
  if quantity == 0 or isLive or isRoom then
    if redis.call('ZADD', leasesKey, now + leaseDurationMs, member) == 1 then
      weigh(event, member, 1)
      event.leaseCount = event.leaseCount + 1
    end
    return 'a'
  end
  local isCertain = base and now < event['until'] and event.returning == 0
  if not (isCertain and quantity > base and quantity <= event.limit) then return 'u' end
  event.refusedAt, hasRefused = now, true
  return 's'
end

local verdicts = {}
for index = firstAsk, #ARGV do verdicts[#verdicts + 1] = decide(ARGV[index]) end
keepEvent(event, stateKey, leasesKey, keyDurationMs)

local waitMs = math.min(math.max(0, event.refusedAt + noRepeatMs - now), noRepeatMs)
local isNoRepeatable = hasRefused and event.returning == 0
local noForMs = isNoRepeatable and math.max(0, math.min(event['until'] - now, noRepeatMs)) or 0
return { table.concat(verdicts), now, base or -1, event.limit or -1, noForMs, waitMs }
