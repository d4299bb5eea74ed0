-- wrk's half of tests/load/verification: presents the tokens of a file in turn, whole requests made beforehand.
-- wrk … -s present.lua ADDRESS -- FILE WAY, where WAY is key, bearer or body. A line is a token or, after it, the
-- permissions to ask for, for bearer as a query and for body as JSON.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local requests, turn = {}, 0

function init(arguments)
  local file, way = arguments[1], arguments[2]
  for line in io.lines(file) do
    local token, asked = line:match("^(%S+) ?(.*)$")
    local request
    if way == "key" then
      request = wrk.format("POST", "/v1/verify", { ["X-API-Key"] = token })
    elseif way == "bearer" then
      request = wrk.format("GET", "/v1/forward-auth" .. asked, { ["Authorization"] = "Bearer " .. token })
    else
      request = wrk.format("POST", "/v1/verify", { ["Content-Type"] = "application/json" }, '{"token": "' .. token .. '"' .. asked .. '}')
    end
    requests[#requests + 1] = request
  end
  -- Threads begin at different tokens.
  turn = math.floor(number * #requests / 2)
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nmeasured {"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)
  ))
end
