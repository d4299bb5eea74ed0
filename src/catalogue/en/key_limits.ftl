### Limits of a key: in its forms, on its page, and in events.

limits = Limits
limit-rate = Rate limit
limit-quota = Quota
limit-of-policy = As the policy says: { $limit }
limit-as-policy = As the policy says
limit-own = A limit of its own
limit-none = No limit
limit-none-lower = no limit

limit-rate-text = { $period ->
    [second] { $count } per second
    [hour] { $count } per hour
    [day] { $count } per day
   *[minute] { $count } per minute
}
limit-rate-and-burst = { $limit }, at most { $burst } in one second
limit-quota-text = { $period ->
    [day] { $count } per calendar day
   *[month] { $count } per calendar month
}
limit-rate-count = Verifications in a period
limit-quota-count = Verifications in a day or month
limit-period = Period
limit-rate-period-option = { $period ->
    [second] Second
    [hour] Hour
    [day] Day
   *[minute] Minute
}
limit-quota-period-option = { $period ->
    [day] Calendar day
   *[month] Calendar month
}
limit-burst = Burst
limit-burst-hint = The most verifications in any one second. Leave empty for no such limit.

fault-limit-unknown = Select one of the options
fault-limit-range = { $field ->
    [rate_limit] Enter the rate limit as a whole number from 1 to { $max }
    [rate_limit_burst] Enter the burst as a whole number from 1 to { $max }
   *[quota] Enter the quota as a whole number from 1 to { $max }
}
fault-limit-burst = Enter at most the rate limit, or leave the field empty

limit-is-own = Set for this key
limit-is-of-policy = From the API key policy
limit-gauge = { $window ->
    [rate_second] { $used } of { $limit } in the last second, { $left } left.
    [rate_hour] { $used } of { $limit } in the last hour, { $left } left.
    [rate_day] { $used } of { $limit } in the last 24 hours, { $left } left.
    [quota_day] { $used } of { $limit } today, { $left } left.
    [quota_month] { $used } of { $limit } this month, { $left } left.
   *[rate_minute] { $used } of { $limit } in the last minute, { $left } left.
}
limit-gauge-begins = The quota resets on { $date }.
limit-gauge-next = More is free { $wait }.
limit-gauge-free = If nobody uses the key, the limit is free again { $wait }.
limit-gauge-unknown = The use of this limit is not known right now. Load the page again in a few seconds.
in-seconds = { $count ->
    [one] in { $count } second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}

limit-reset-link = Reset now
limit-reset-heading = Reset the limits of { $name }?
limit-reset-text = All limits of this key start again at zero, on all servers. The use of the key until now stays in its statistics.
limit-reset-nothing = This key has no limits.
limit-reset-submit = Yes, reset
flash-limits-reset = The limits of the API key “{ $name }” start again at zero.
event-api-key-limits-reset = Reset the limits of the key { $subject }
