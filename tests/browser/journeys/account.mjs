import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const background = portal => portal.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test("a new name stands in the header of every page", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.home);
  await portal.id("open-account").click();
  await expect(portal.heading("Your account")).toBeVisible();
  await portal.field("Your name").fill("W".repeat(10) + "\u200b");
  await portal.id("save-account").click();
  await expect(portal.id("error-name")).toContainText("invisible");
  await portal.settled();
  await portal.field("Your name").fill("Augusta King");
  await portal.id("save-account").click();
  await expect(portal.success).toContainText("name was changed");
  for (const path of [PATHS.home, PATHS.list]) {
    await portal.go(path);
    await expect(portal.id("open-account")).toContainText("Augusta King");
  }
});

test("the theme counts at once, in every browser, and after signing in anew", async ({ portal, owner, secondPortal }) => {
  const choose = async theme => {
    await portal.go(PATHS.account);
    await portal.field("Theme").selectOption(theme);
    await expect(portal.page.locator("#live")).toHaveText("Your theme was changed.");
    await portal.settled();
  };
  await choose("Light");
  const light = await background(portal);
  await choose("Dark");
  await expect(portal.page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await background(portal);
  expect(dark).not.toBe(light);

  await portal.signOut();
  expect(await background(portal), "a visitor's browser decides").toBe(light);
  for (const browser of [portal, secondPortal]) {
    await browser.signIn(owner);
    expect(await background(browser)).toBe(dark);
    await browser.go(PATHS.account);
    await expect(browser.field("Theme")).toHaveValue("dark");
  }
  await choose("Same as browser");
  await expect(portal.page.locator("html")).not.toHaveAttribute("data-theme");
  expect(await background(portal)).toBe(light);
});

test("the theme is changed by keyboard alone", async ({ ownerPortal: portal }) => {
  const { keyboard } = portal.page;
  await portal.go(PATHS.home);
  await portal.tabTo(portal.id("open-account"));
  await portal.expectFocusRing(portal.id("open-account"));
  await keyboard.press("Enter");
  await expect(portal.heading("Your account")).toBeVisible();
  await portal.settled();
  await portal.tabTo(portal.field("Theme"));
  await portal.expectFocusRing(portal.field("Theme"));
  await keyboard.press("ArrowDown");
  await keyboard.press("ArrowDown");
  await expect(portal.page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(portal.field("Theme")).toBeFocused();
});

test("a new email address is the one to sign in with", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  portal.watch.allow(422);
  const email = newPerson().email;
  await portal.go(PATHS.account);
  await portal.id("change-email").click();
  await portal.settled();
  await portal.field("Email").fill(email);
  await portal.field("Current password").fill("not the password");
  await portal.button("Change email").click();
  await portal.expectRefused("current_password", "password is incorrect", { email });
  await expect(portal.field("Current password")).toHaveValue("");
  await portal.field("Current password").fill(owner.password);
  await portal.button("Change email").click();
  await expect(portal.success).toContainText(email);
  await portal.settled();
  await portal.signOut();
  await portal.signIn({ ...owner, email });
});

test("a new password signs out everywhere else and is the one to sign in with", { tag: "@nojs-too" }, async ({ portal, owner, secondPortal }) => {
  portal.watch.allow(422);
  await secondPortal.signIn(owner);
  const password = `lantern ${owner.password}`;
  const change = async (current, chosen) => {
    await portal.go(PATHS.account);
    await portal.id("change-password").click();
    await portal.settled();
    await portal.field("Current password").fill(current);
    await portal.field("New password").fill(chosen);
    await portal.button("Change password").click();
  };
  await change(owner.password, "password1234");
  await portal.expectRefused("password", "common password", {});
  await change(owner.password, password);
  await expect(portal.success).toContainText("signed out in all other browsers");
  await portal.settled();
  await portal.goToList();

  await secondPortal.go(PATHS.list);
  await expect(secondPortal.button("Sign in")).toBeVisible();
  await portal.signOut();
  await portal.field("Email").fill(owner.email);
  await portal.field("Password").fill(owner.password);
  await portal.button("Sign in").click();
  await expect(portal.id("form-error")).toBeVisible();
  await portal.settled();
  await portal.signIn({ ...owner, password });
});

test("the session of another browser is ended from here", { tag: "@nojs-too" }, async ({ portal, owner, secondPortal }) => {
  await secondPortal.signIn(owner);
  await portal.go(PATHS.account);
  await portal.id("open-sessions").click();
  await expect(portal.id("session-row")).toHaveCount(2);
  await portal.settled();
  await expect(portal.id("session-row").first()).toContainText("This browser");
  const other = portal.id("session-row").last();
  await expect(other.locator("summary")).toHaveText(/^\w+ on \w+/);
  await other.locator("summary").click();
  await expect(other.getByText("Mozilla/5.0")).toBeVisible();
  await other.getByTestId("end-session").click();
  await expect(portal.success).toContainText("The session was ended");
  await expect(portal.id("session-row")).toHaveCount(1);

  await secondPortal.go(PATHS.list);
  await expect(secondPortal.button("Sign in")).toBeVisible();
  await secondPortal.signIn(owner);
  await portal.go(PATHS.sessions);
  await portal.button("Sign out everywhere else").click();
  await expect(portal.success).toContainText("other session was ended");
  await secondPortal.go(PATHS.home);
  await expect(secondPortal.button("Sign in")).toBeVisible();
});

test("who shows once more who they are goes on to where they wanted", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  portal.watch.allow(422);
  await portal.go(`/password-proof?next=${encodeURIComponent(PATHS.sessions)}`);
  await expect(portal.heading("Confirm it is you")).toBeVisible();
  await portal.field("Password").fill("not the password");
  await portal.button("Continue").click();
  await portal.expectRefused("password", "password is incorrect", {});
  await expect(portal.field("Password")).toHaveValue("");
  await portal.field("Password").fill(owner.password);
  await portal.button("Continue").click();
  await expect(portal.heading("Sessions")).toBeVisible();
  await expect(portal.page).toHaveURL(PATHS.sessions);
});

test("deleting all keys asks for the password when that was typed long ago", { tag: "@postgres" }, async ({ portal, owner, server }) => {
  await portal.seed(["Nightly backup"]);
  await portal.goToList();
  server.postgres.query(`UPDATE sessions SET state = (state::jsonb || '{"proved_at": "0"}')::text`);
  await portal.id("delete-all-keys").click();
  await expect(portal.heading("Confirm it is you")).toBeVisible();
  await portal.settled();
  await portal.field("Password").fill(owner.password);
  await portal.button("Continue").click();
  await expect(portal.id("confirm-phrase")).toBeVisible();
  await portal.settled();
  await portal.id("confirm-phrase").fill("delete 1 key");
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("Your only API key was deleted.");
});

test("a forgotten password is replaced with a link from the command line, once", { tag: "@nojs-too" }, async ({ portal, owner, server, secondPortal }) => {
  secondPortal.watch.allow(410, 422);
  await secondPortal.go("/password-reset");
  await expect(secondPortal.page.getByText("latchkey user reset-password")).toBeVisible();
  const link = await server.passwordResetLink(owner);
  await secondPortal.go(link);
  await expect(secondPortal.heading("Choose a new password")).toBeVisible();
  await secondPortal.field("New password").fill("short");
  await secondPortal.button("Set password").click();
  await secondPortal.expectRefused("password", "12 characters", {});
  const password = `lantern ${owner.password}`;
  await secondPortal.field("New password").fill(password);
  await secondPortal.button("Set password").click();
  await expect(secondPortal.page.getByText("Your password was changed")).toBeVisible();
  await secondPortal.settled();
  await secondPortal.signIn({ ...owner, password });

  await portal.go(PATHS.home);
  await expect(portal.button("Sign in"), "the session from before has ended").toBeVisible();
  await secondPortal.go(link);
  await expect(secondPortal.heading("This link no longer works")).toBeVisible();
});
