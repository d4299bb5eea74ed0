import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test.use({ registered: false });

test("an empty server leads its first visitor to the registration", async ({ portal }) => {
  await portal.go(PATHS.home);
  await expect(portal.heading("Create your account")).toBeVisible();
  await expect(portal.page).toHaveURL(PATHS.registration);
});

test("the first person to register becomes the owner and is signed in", { tag: "@nojs-too" }, async ({ portal }) => {
  const person = newPerson();
  await portal.register(person);
  await expect(portal.success).toContainText(person.organization);
  await portal.go(PATHS.settings);
  for (const [term, value] of [["Name", person.name], ["Email", person.email], ["Organization", person.organization], ["Role", "Owner"]]) {
    await expect(portal.page.locator("dt", { hasText: new RegExp(`^${term}$`) }).locator("+ dd")).toHaveText(value);
  }
});

test("nobody registers after the first person", async ({ portal, secondPortal }) => {
  const owner = newPerson();
  await portal.register(owner);
  secondPortal.watch.allow(403);
  await secondPortal.go(PATHS.registration);
  await expect(secondPortal.field("Organization name")).toHaveCount(0);
  await secondPortal.signIn(owner);

  portal.watch.allow(403);
  await portal.signOut();
  const csrf = await portal.http.field(PATHS.signIn, "csrf");
  const late = newPerson("Charles Babbage");
  const { status } = await portal.http.post(PATHS.registration, {
    csrf, organization_name: late.organization, name: late.name, email: late.email, password: late.password,
  });
  expect(status).toBe(403);
});

test("what is missing is said beside each field, what was typed is kept, and the password is not", { tag: "@nojs-too" }, async ({ portal }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.registration);
  await portal.field("Your name").fill("Ada Lovelace");
  await portal.field("Email").fill("ada");
  await portal.field("Password").fill("too short");
  await portal.button("Create account").click();
  await portal.expectRefused("organization_name", "organization", { name: "Ada Lovelace", email: "ada" });
  await portal.expectRefused("email", "email address", {});
  await portal.expectRefused("password", "12 characters", {});
  await expect(portal.field("Password")).toHaveValue("");
  await expect(portal.page).toHaveTitle(/^Error: /);

  const summary = portal.id("error-summary");
  await expect(summary.getByRole("link")).toHaveCount(3);
  if (portal.js) await expect(summary).toBeFocused();
  await summary.getByRole("link").first().click();
  await expect(portal.field("Organization name")).toBeFocused();
});

test("a password that is easy to guess is refused with the reason", async ({ portal }) => {
  portal.watch.allow(422);
  const person = newPerson();
  for (const [password, reason] of [["password1234", "common password"], ["ada lovelace", "your name"], ["qwertyuiop12345", "easy to guess|common password"]]) {
    await portal.go(PATHS.registration);
    await portal.field("Organization name").fill(person.organization);
    await portal.field("Your name").fill(person.name);
    await portal.field("Email").fill(person.email);
    await portal.field("Password").fill(password);
    await portal.button("Create account").click();
    await portal.expectRefused("password", new RegExp(reason), { email: person.email });
  }
});

test("a typed password can be looked at", async ({ portal }) => {
  await portal.go(PATHS.registration);
  const password = portal.field("Password");
  await password.fill("violin harbour plum");
  await portal.button("Show password").click();
  await expect(password).toHaveAttribute("type", "text");
  await portal.button("Hide password").click();
  await expect(password).toHaveAttribute("type", "password");
});
