import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const PRIVATE = [PATHS.home, PATHS.settings, PATHS.list, PATHS.create, PATHS.allDeletion];

test("a wrong password and an unknown email get the same answer", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  portal.watch.allow(401, 403, 422);
  await portal.signOut();
  const answers = [];
  for (const [email, password] of [[owner.email, "not the password"], ["nobody@example.org", owner.password]]) {
    await portal.go(PATHS.signIn);
    await portal.field("Email").fill(email);
    await portal.field("Password").fill(password);
    await portal.button("Sign in").click();
    const error = portal.id("form-error");
    await expect(error).toBeVisible();
    answers.push(await error.innerText());
    await expect(portal.field("Email")).toHaveValue(email);
    await expect(portal.field("Password")).toHaveValue("");
    await expect(portal.button("Sign out")).toHaveCount(0);
    await expect(portal.page).toHaveTitle(/^Error: /);
  }
  expect(answers[0]).toBe(answers[1]);
  await portal.go(PATHS.list);
  await expect(portal.button("Sign in")).toBeVisible();
});

test("after a wrong password the right one still opens the door", async ({ portal, owner }) => {
  portal.watch.allow(401, 403, 422);
  await portal.signOut();
  await portal.field("Email").fill(owner.email);
  await portal.field("Password").fill("not the password");
  await portal.button("Sign in").click();
  await expect(portal.id("form-error")).toBeVisible();
  await portal.settled();
  await portal.field("Password").fill(owner.password);
  await portal.button("Sign in").click();
  await expect(portal.button("Sign out")).toBeVisible();
});

test("a visitor is asked to sign in and comes to the page that was wanted", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  await portal.signOut();
  for (const path of PRIVATE) {
    await portal.go(path);
    await expect(portal.button("Sign in"), path).toBeVisible();
  }
  await portal.go(`${PATHS.list}?sort=name`);
  await portal.field("Email").fill(owner.email);
  await portal.field("Password").fill(owner.password);
  await portal.button("Sign in").click();
  await expect(portal.heading("API keys")).toBeVisible();
  await expect(portal.page).toHaveURL(`${PATHS.list}?sort=name`);
});

test("signing in never leads to another site", async ({ portal, owner }) => {
  // The last of them is a path of our own, with nothing behind it.
  portal.watch.allow(404);
  await portal.signOut();
  for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "/%09/evil.example"]) {
    await portal.go(`${PATHS.signIn}?next=${encodeURIComponent(next)}`);
    await portal.signIn(owner);
    expect(new URL(portal.page.url()).origin, next).toBe(portal.server.address);
    await portal.signOut();
  }
});

test("the session that was signed out is over on the server too", async ({ portal, owner }) => {
  const cookies = await portal.page.context().cookies();
  expect((await portal.http.get(PATHS.list)).status).toBe(200);
  await portal.signOut();
  await portal.page.context().addCookies(cookies);
  const answer = await portal.http.get(PATHS.list);
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toContain(PATHS.signIn);
  expect(answer.body).not.toContain(owner.email);
});

test("the session cookie is out of reach of scripts and of other sites", async ({ portal, owner }) => {
  await portal.go(PATHS.home);
  const cookies = await portal.page.context().cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie, cookie.name).toMatchObject({ httpOnly: true, secure: true, path: "/" });
    expect(["Lax", "Strict"], cookie.name).toContain(cookie.sameSite);
    expect(cookie.name).toMatch(/^__Host-/);
    expect(cookie.value).not.toContain(owner.email);
  }
});

test("a form without its token, or from another site, changes nothing", async ({ ownerPortal: portal }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  const csrf = await portal.csrf();
  const forgeries = [
    [{}, {}],
    [{ csrf: "AAAA" }, {}],
    [{ csrf }, { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
    [{ csrf }, { "Sec-Fetch-Site": "same-site", Origin: "http://other.localhost" }],
  ];
  for (const [fields, headers] of forgeries) {
    expect((await portal.http.post(PATHS.deletion(key.id), fields, headers)).status).toBe(403);
  }
  await portal.goToList();
  await portal.expectRows(["Nightly backup"]);
});

test("a session ends for one browser only", async ({ portal, owner, secondPortal }) => {
  await secondPortal.signIn(owner);
  await secondPortal.signOut();
  await portal.goToList();
  await expect(portal.button("Sign out")).toBeVisible();
});

test("when the session has ended meanwhile, the next press leads to the sign-in and back", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  await portal.goToList();
  await portal.page.context().clearCookies();
  await portal.id("create-key").click();
  await expect(portal.button("Sign in")).toBeVisible();
  await portal.settled();
  await portal.signIn(owner);
  await expect(portal.heading("Create API key")).toBeVisible();
  await portal.id("submit-create").click();
  await expect(portal.token).toBeVisible();
});

test("a form that is sent after the session has ended is there again with what was typed", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ name: "Nightly backup", description: "Precious text" });
  await portal.page.context().clearCookies();
  await portal.id("submit-create").click();
  await expect(portal.button("Sign in")).toBeVisible();
  await portal.settled();
  await portal.signIn(owner);
  await expect(portal.createDialog).toBeVisible();
  await portal.settled();
  if (portal.js) await expect(portal.page.locator("dialog[open]")).toBeVisible();
  await expect(portal.id("kept-form")).toContainText("nothing was sent");
  await expect(portal.field("Name")).toHaveValue("Nightly backup");
  await expect(portal.field("Description")).toHaveValue("Precious text");
  if (portal.js) {
    await portal.page.keyboard.press("Escape");
    await expect(portal.createDialog, "it is not thrown away").toContainText("What you typed is not saved");
  }
  await portal.id("submit-create").click();
  await expect(portal.token).toBeVisible();
  await portal.settled();
  await portal.finish("Nightly backup");
});
