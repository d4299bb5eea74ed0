import { PATHS, newPerson } from "../support/portal.mjs";
import { paste } from "../support/clipboard.mjs";
import { expect, test } from "../support/fixtures.mjs";

/** Somebody in the organization, made from the command line. */
async function add(server, role, name = "Grace Hopper") {
  const person = newPerson(name, role);
  await server.createUser(person);
  return person;
}

async function registerBy(portal, link, person) {
  await portal.go(link);
  await expect(portal.field("Organization name")).toHaveCount(0);
  await expect(portal.field("Email")).toHaveValue(person.email);
  await expect(portal.field("Email")).toHaveAttribute("readonly", "");
  await portal.field("Your name").fill(person.name);
  await portal.field("Password").fill(person.password);
  await portal.button("Create account").click();
  await expect(portal.heading("Sign in")).toBeVisible();
  await portal.settled();
}

test("Settings lead to the members", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.settings);
  await portal.id("open-members").click();
  await expect(portal.heading("Members")).toBeVisible();
  await expect(portal.page).toHaveURL(PATHS.members);
  await expect(portal.id("member-row")).toHaveCount(1);
  await expect(portal.id("member-row")).toContainText("You");
});

test("an invitation is copied, opened by the invited in another browser, and works once", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal }) => {
  const person = newPerson("Grace Hopper", "support");
  await portal.go(PATHS.members);
  const link = await portal.invite({ email: person.email, role: "Support" });
  await expect(portal.revealDialog).toContainText("will not be displayed again");
  if (portal.js) {
    await portal.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await portal.id("copy-link").click();
    await expect(portal.id("copy-link")).toHaveText("Copied");
    expect(await paste(portal.page.context())).toBe(link);

    await portal.page.keyboard.press("Escape");
    await expect(portal.revealDialog).toBeVisible();
    await portal.id("finish-invite").click({ force: true });
    await expect(portal.id("error-copied")).toContainText("Tick the box");
    await expect(portal.tick).toBeFocused();
  }
  await portal.tick.check();
  await portal.id("finish-invite").click();
  await expect(portal.success).toContainText(person.email);
  await expect(portal.id("invitation-row")).toHaveAttribute("data-email", person.email);
  expect(await portal.page.content()).not.toContain(new URL(link).searchParams.get("invitation"));

  await registerBy(secondPortal, link, person);
  await expect(secondPortal.page.getByText("If this email address had no account")).toBeVisible();
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.members);
  await expect(secondPortal.member(person.email)).toContainText("You");

  await portal.go(PATHS.members);
  await expect(portal.member(person.email)).toHaveAttribute("data-role", "support");
  await expect(portal.id("invitation-row")).toHaveCount(0);

  secondPortal.watch.allow(404);
  expect((await secondPortal.go(link)).status()).toBe(404);
  await expect(secondPortal.heading("This invitation is not valid")).toBeVisible();
});

test("a pending invitation is revoked from the list", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal }) => {
  secondPortal.watch.allow(404);
  await portal.go(PATHS.members);
  const link = await portal.invite({ email: "ann@example.org" });
  await portal.tick.check();
  await portal.id("finish-invite").click();
  await expect(portal.success).toBeVisible();
  await portal.id("revoke-invitation").click();
  await expect(portal.confirmDialog).toContainText("ann@example.org");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("revoked");
  await expect(portal.id("invitation-row")).toHaveCount(0);
  expect((await secondPortal.go(link)).status()).toBe(404);
});

test("an invitation that cannot be made is refused beside its field, and what was typed is kept", { tag: "@nojs-too" }, async ({ ownerPortal: portal, owner }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.newInvitation);
  for (const [email, reason] of [["ann", "email address"], [owner.email.toUpperCase(), "already"]]) {
    await portal.field("Email").fill(email);
    await portal.page.getByRole("radio", { name: /^Analytics/ }).check();
    await portal.id("submit-invite").click();
    await portal.expectRefused("email", reason, { email });
    await expect(portal.page.getByRole("radio", { name: /^Analytics/ })).toBeChecked();
    await expect(portal.page).toHaveTitle(/^Error: /);
  }
});

test("a double click makes one invitation", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal }) => {
  // Without JavaScript the browser sends the form twice and shows the second answer.
  if (!portal.js) portal.watch.allow(409);
  await portal.go(PATHS.members);
  await portal.id("invite-member").click();
  await expect(portal.heading("Invite a member")).toBeVisible();
  await portal.settled();
  await portal.field("Email").fill("ann@example.org");
  await portal.id("submit-invite").dblclick();
  if (portal.js) await expect(portal.heading("Copy the invitation link")).toBeVisible();
  await portal.settled();
  await expect.poll(async () => (await portal.http.get(PATHS.members)).body.match(/data-testid="invitation-row"/g)?.length).toBe(1);
  if (!portal.js) return;
  const link = await portal.id("invitation-link").inputValue();
  expect((await secondPortal.go(link)).status()).toBe(200);
});

test("a role is changed, and the person signs in again with what it allows", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  const person = await add(server, "member");
  await secondPortal.signIn(person);
  await portal.go(PATHS.members);
  await portal.decide(person.email, "change-role", async () => {
    await expect(portal.page.getByRole("radio", { name: /^Member\b/ })).toBeChecked();
    await portal.page.getByRole("radio", { name: /^Administrator\b/ }).check();
  });
  await expect(portal.success).toContainText("Administrator");
  await expect(portal.member(person.email)).toHaveAttribute("data-role", "administrator");

  await secondPortal.go(PATHS.home);
  await expect(secondPortal.heading("Sign in")).toBeVisible();
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.list);
  await expect(secondPortal.id("create-key")).toBeVisible();
});

test("who is disabled is out at once, and in again when enabled", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  secondPortal.watch.allow(422);
  const person = await add(server, "support");
  await secondPortal.signIn(person);
  await portal.go(PATHS.members);
  await portal.decide(person.email, "disable-member");
  await expect(portal.member(person.email)).toHaveAttribute("data-status", "disabled");

  await secondPortal.go(PATHS.home);
  await secondPortal.field("Email").fill(person.email);
  await secondPortal.field("Password").fill(person.password);
  await secondPortal.button("Sign in").click();
  await expect(secondPortal.id("form-error")).toBeVisible();

  await portal.member(person.email).getByTestId("enable-member").click();
  await expect(portal.success).toContainText("active again");
  await expect(portal.member(person.email)).toHaveAttribute("data-status", "active");
  await secondPortal.signIn(person);
});

test("who is removed is gone, and their keys are handed over or revoked", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  await portal.seed(["Deploy"]);
  for (const handsOver of [true, false]) {
    const person = await add(server, "administrator", handsOver ? "Grace Hopper" : "Alan Turing");
    await secondPortal.go(PATHS.signIn);
    await secondPortal.signIn(person);
    const [key] = await secondPortal.seed(["Deploy"]);
    await portal.go(PATHS.members);
    await portal.decide(person.email, "remove-member", async () => {
      await expect(portal.id("removal-keys")).toContainText("1 API key");
      const choice = portal.field("What happens to the key");
      await expect(choice).toHaveValue("");
      if (handsOver) await choice.selectOption({ label: (await choice.locator("optgroup option").first().innerText()) });
    });
    await expect(portal.success).toContainText(handsOver ? "1 key was handed over to" : "1 key revoked");
    await expect(portal.member(person.email)).toHaveCount(0);
    const answer = await portal.page.request.post("/v1/verify", { headers: { "x-api-key": key.token } });
    expect((await answer.json()).code).toBe(handsOver ? "VALID" : "REVOKED");
    await secondPortal.go(PATHS.home);
    await expect(secondPortal.heading("Sign in")).toBeVisible();
  }
  await portal.goToList();
  await portal.expectRows(["Deploy", "Deploy 2"]);
});

test("the last owner is told why they stay one", { tag: "@nojs-too" }, async ({ ownerPortal: portal, owner }) => {
  portal.watch.allow(409);
  await portal.go(PATHS.members);
  const row = portal.member(owner.email);
  await expect(row.getByTestId("disable-member")).toHaveCount(0);
  await expect(row.getByTestId("remove-member")).toHaveCount(0);
  await row.getByTestId("change-role").click();
  await expect(portal.id("flash-error")).toContainText("last Owner who can sign in");
});

test("Cancel changes nothing and gives the focus back", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  const person = await add(server, "support");
  await portal.go(PATHS.members);
  for (const control of ["change-role", "disable-member", "remove-member"]) {
    await portal.member(person.email).getByTestId(control).click();
    await expect(portal.confirmDialog).toBeVisible();
    await portal.settled();
    if (portal.js) await expect(portal.id("cancel-action")).toBeFocused();
    await portal.id("cancel-action").click();
    await expect(portal.confirmDialog).toHaveCount(0);
    await expect(portal.heading("Members")).toBeVisible();
    if (portal.js) await expect(portal.member(person.email).getByTestId(control)).toBeFocused();
  }
  await expect(portal.member(person.email)).toHaveAttribute("data-status", "active");
});

test("people are searched by name and address", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  const person = await add(server, "support", "Ольга Берг");
  await portal.go(PATHS.members);
  await portal.field("Search members").fill("ольг");
  await portal.button("Search").click();
  await expect(portal.id("members-found")).toContainText("1 person found");
  await expect(portal.id("member-row")).toHaveCount(1);
  await expect(portal.member(person.email)).toBeVisible();
  await portal.link("Show all").click();
  await expect(portal.id("member-row")).toHaveCount(2);
});

test("a role is changed by keyboard alone", async ({ ownerPortal: portal, server }) => {
  const person = await add(server, "support");
  await portal.go(PATHS.members);
  const { keyboard } = portal.page;
  const control = portal.member(person.email).getByTestId("change-role");
  await portal.tabTo(control);
  await portal.expectFocusRing(control);
  await keyboard.press("Enter");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.tabTo(portal.page.getByRole("radio", { name: /^Support\b/ }), { key: "Shift+Tab" });
  await keyboard.press("ArrowDown");
  await portal.tabTo(portal.id("confirm-action"));
  await keyboard.press("Enter");
  await expect(portal.success).toContainText("Analytics");
});

test("support sees everybody and is offered nothing", async ({ ownerPortal: portal, secondPortal, owner, server }) => {
  const person = await add(server, "support");
  await portal.go(PATHS.members);
  await portal.invite({ email: "ann@example.org" });
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.members);
  await expect(secondPortal.id("member-row")).toHaveCount(2);
  await expect(secondPortal.member(owner.email)).toHaveAttribute("data-role", "owner");
  await expect(secondPortal.id("invitation-row")).toHaveCount(1);
  for (const control of ["invite-member", "change-role", "disable-member", "enable-member", "remove-member", "revoke-invitation"]) {
    await expect(secondPortal.id(control)).toHaveCount(0);
  }
  await expect(secondPortal.page.locator("main form[method=post]")).toHaveCount(0);
  const links = await secondPortal.page.locator("main table a").evaluateAll(all => all.map(link => link.getAttribute("href")));
  expect(links).toHaveLength(2);
  for (const href of links) expect(href, "a name leads to its person").toMatch(/^\/settings\/members\/user_[0-9a-v]+$/);
  secondPortal.watch.allow(403);
  expect((await secondPortal.go(PATHS.newInvitation)).status()).toBe(403);
  const csrf = await secondPortal.csrf();
  const invited = await secondPortal.http.post("/settings/members/invitations", { csrf, email: "eve@example.org", role: "member" });
  expect(invited.status).toBe(403);
});

for (const role of ["analytics", "member"]) {
  test(`the role ${role} sees no members`, async ({ ownerPortal: portal, secondPortal, server }) => {
    secondPortal.watch.allow(403);
    const person = await add(server, role);
    await secondPortal.signIn(person);
    await secondPortal.go(PATHS.settings);
    await expect(secondPortal.id("open-members")).toHaveCount(0);
    expect((await secondPortal.go(PATHS.members)).status()).toBe(403);
    await expect(secondPortal.id("flash-error")).toBeVisible();
    await portal.go(PATHS.members);
    await expect(portal.button("Sign out")).toBeVisible();
  });
}
