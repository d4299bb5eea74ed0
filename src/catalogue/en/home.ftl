### The home page.

home-see-all-api-keys = See all API keys
home-views = Whose keys
home-of-organization = The organization
home-active = Active
home-requests = Requests in { $days } days
home-refused = Refused in { $days } days

home-attention = Needs attention
home-nothing-to-do = Nothing needs your attention.
# These follow a number that stands out: “3”, “more than 1,000”.
home-check-expiring = { $count ->
    [one] key expires within { $days } days
   *[other] keys expire within { $days } days
}
home-check-not-confirmed = { $count ->
    [one] key is not confirmed and does not work yet
   *[other] keys are not confirmed and do not work yet
}
home-check-unused = { $count ->
    [one] active key has not been used for { $days } days
   *[other] active keys have not been used for { $days } days
}
home-check-ended-tokens = { $count ->
    [one] key is still used with a token that has ended
   *[other] keys are still used with tokens that have ended
}
home-check-invitations = { $count ->
    [one] invitation has not been accepted yet
   *[other] invitations have not been accepted yet
}
# After “9 of 10”.
home-check-limit = { $count ->
    [0] keys: your limit is reached
    [one] keys: you can create one more
   *[other] keys: you can create { $count } more
}
home-of-limit = { $used } of { $limit }

home-use = Requests
home-no-use = No requests in the last { $days } days
home-no-use-text = Each time a service checks a key, Latchkey counts the request. The chart appears with the first one.
home-most-used = Most used in { $days } days
home-uses = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
home-recently-used = Recently used
home-newest = Newest keys

home-first-steps = First steps
home-first-steps-text = From here to the first request that Latchkey checks for you.
home-step-done = Done
home-step-key = Create an API key
home-step-key-text = Copy its secret and confirm that you have it. Until then the key does not work.
home-step-verification = Check it from your service
home-step-verification-text = Ready-made snippets for nginx, Caddy, Traefik, Envoy and your own code.
home-step-invitation = Invite people
home-step-invitation-text = Teammates create keys of their own, or look after everyone’s.
