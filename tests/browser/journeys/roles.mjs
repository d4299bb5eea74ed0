import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

for (const role of ["member", "support", "analytics"]) {
  test(`the role ${role} is offered nothing that it may not do, and is refused it`, async ({ ownerPortal: portal, secondPortal, server }) => {
    const [key] = await portal.seed(["Nightly backup"]);
    const person = newPerson("Grace Hopper", role);
    await server.createUser(person);
    await secondPortal.signIn(person);
    secondPortal.watch.allow(403, 404);

    const own = `${PATHS.list}?view=mine`;
    for (const path of [PATHS.home, PATHS.list, own]) {
      await secondPortal.go(path);
      await expect(secondPortal.id("create-key")).toHaveCount(0);
      await expect(secondPortal.id("delete-all-keys")).toHaveCount(0);
      await expect(secondPortal.id("delete-selected")).toHaveCount(0);
      await expect(secondPortal.page.locator(`main a[href="${PATHS.create}"]`)).toHaveCount(0);
      await expect(secondPortal.page.locator("main form[method=post]:not([role=search])")).toHaveCount(0);
    }
    await expect(secondPortal.id("empty-state")).toContainText("role");

    for (const path of [PATHS.create, PATHS.allDeletion, PATHS.bulkDeletion]) {
      const answer = await secondPortal.go(path);
      expect(answer.status(), path).toBe(403);
      await expect(secondPortal.id("flash-error")).toBeVisible();
      await expect(secondPortal.id("request-id")).not.toBeEmpty();
      await expect(secondPortal.button("Sign out")).toBeVisible();
    }

    const csrf = await secondPortal.csrf();
    const fields = { csrf, form_token: "made-up", name: "Forged", description: "", expires_on: new Date().toISOString().slice(0, 10) };
    for (const headers of [{}, { "HX-Request": "true" }]) {
      expect((await secondPortal.http.post(PATHS.list, fields, headers)).status).toBe(403);
      expect((await secondPortal.http.post(PATHS.allDeletion, { csrf, phrase: "delete 0 keys" }, headers)).status).toBe(403);
      expect((await secondPortal.http.post(PATHS.bulkDeletion, { csrf, id: key.id }, headers)).status).toBe(403);
      expect([403, 404]).toContain((await secondPortal.http.post(PATHS.deletion(key.id), { csrf }, headers)).status);
    }
    await secondPortal.go(own);
    await expect(secondPortal.rows).toHaveCount(0);
    await portal.goToList();
    await portal.expectRows(["Nightly backup"]);
  });
}

for (const role of ["support", "analytics"]) {
  test(`the role ${role} sees the keys of the organization at once`, async ({ ownerPortal: portal, secondPortal, server }) => {
    await portal.seed(["Nightly backup"]);
    const person = newPerson("Grace Hopper", role);
    await server.createUser(person);
    await secondPortal.signIn(person);
    await secondPortal.go(PATHS.home);
    await expect(secondPortal.id("home-organization")).toHaveAttribute("aria-current", "page");
    await expect(secondPortal.id("newest").getByRole("link")).toHaveText(["Nightly backup"]);
    await secondPortal.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys" }).click();
    await expect(secondPortal.heading("API keys")).toBeVisible();
    await secondPortal.expectRows(["Nightly backup"]);
    await secondPortal.id("view-mine").click();
    await expect(secondPortal.id("empty-state")).toBeVisible();
  });
}

test("an administrator creates and deletes keys of their own", async ({ ownerPortal: portal, secondPortal, server }) => {
  await portal.seed(["Nightly backup"]);
  const person = newPerson("Grace Hopper", "administrator");
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.goToList();
  await expect(secondPortal.rows).toHaveCount(0);
  // Names are unique only among the keys of one person.
  await secondPortal.createAndFinish({ name: "Nightly backup" });
  await secondPortal.choose("Nightly backup", "delete-key");
  await expect(secondPortal.confirmDialog).toBeVisible();
  await secondPortal.settled();
  await secondPortal.id("confirm-action").click();
  await expect(secondPortal.success).toContainText("Nightly backup");
  await portal.goToList();
  await portal.expectRows(["Nightly backup"]);
});

test("an account made from the command line signs in with the password that was piped in", async ({ ownerPortal: portal, secondPortal, server }) => {
  const person = { ...newPerson("Grace Hopper", "member"), password: " violin\tharbour plum ü " };
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.settings);
  await expect(secondPortal.page.getByText("Member", { exact: true })).toBeVisible();
  await portal.go(PATHS.home);
  await expect(portal.button("Sign out")).toBeVisible();
});

/** What only those see who may change a key. */
const CONTROLS = ["create-key", "delete-all-keys", "delete-selected", "status-switch", "selection-bar"];

for (const role of ["owner", "administrator", "support", "analytics", "member"]) {
  test(`the role ${role} sees of the organization's keys what it may`, async ({ ownerPortal: portal, secondPortal, server }) => {
    secondPortal.watch.allow(403);
    const [key] = await portal.seed(["Nightly backup"]);
    const colleague = newPerson("Katherine Johnson", "administrator");
    await server.createUser(colleague);
    await secondPortal.signIn(colleague);
    await secondPortal.seed(["Warehouse sync"]);
    await secondPortal.signOut();
    const person = newPerson("Grace Hopper", role);
    await server.createUser(person);
    await secondPortal.signIn(person);
    await secondPortal.goToList();
    if (role === "member") {
      await expect(secondPortal.id("view-organization")).toHaveCount(0);
      const answer = await secondPortal.go(PATHS.organization);
      expect(answer.status()).toBe(403);
      await expect(secondPortal.page.getByText("Nightly backup")).toHaveCount(0);
      return;
    }
    const mayManage = ["owner", "administrator"].includes(role);
    await expect(secondPortal.id(mayManage ? "view-mine" : "view-organization")).toHaveAttribute("aria-current", "page");
    await secondPortal.id("view-organization").click();
    await expect(secondPortal.id("view-organization")).toHaveAttribute("aria-current", "page");
    await secondPortal.settled();
    await secondPortal.expectRows(["Nightly backup", "Warehouse sync"]);
    await expect(secondPortal.row("Nightly backup").getByTestId("cell-owner")).toHaveText("Ada Lovelace");
    await expect(secondPortal.row("Warehouse sync").getByTestId("cell-owner")).toHaveText("Katherine Johnson");

    if (!mayManage) {
      for (const control of CONTROLS) await expect(secondPortal.id(control), control).toHaveCount(0);
      await expect(secondPortal.page.locator("main input[type=checkbox], main form[method=post]:not([role=search]), main [aria-disabled]")).toHaveCount(0);
    }
    await secondPortal.link("Nightly backup").click();
    await expect(secondPortal.id("api-key-detail")).toBeVisible();
    await expect(secondPortal.id("look-note")).toContainText("Ada Lovelace");
    await expect(secondPortal.id("delete-key")).toHaveCount(mayManage ? 1 : 0);
    if (!mayManage) {
      const csrf = await secondPortal.csrf();
      const { status } = await secondPortal.http.post(`${PATHS.allDeletion}?view=organization`, { csrf, phrase: "delete 2 keys of the organization" });
      expect(status).toBe(403);
      expect((await secondPortal.http.post(PATHS.deletion(key.id), { csrf })).status).toBe(403);
      await portal.goToList();
      await portal.expectRows(["Nightly backup"]);
    }
  });
}

test("an administrator deletes selected keys of several people, and then all", async ({ ownerPortal: portal, secondPortal, server }) => {
  await portal.seed(["Alpha", "Bravo"]);
  const person = newPerson("Grace Hopper", "administrator");
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.seed(["Charlie", "Delta"]);
  await secondPortal.goToOrganization();
  for (const name of ["Alpha", "Charlie"]) await secondPortal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).check();
  await secondPortal.id("delete-selected").click();
  await expect(secondPortal.confirmDialog.getByRole("heading")).toHaveText("Delete 2 keys?");
  await expect(secondPortal.confirmDialog.getByRole("listitem").first()).toContainText("owned by Ada Lovelace");
  await secondPortal.settled();
  await secondPortal.id("confirm-action").click();
  await expect(secondPortal.success).toContainText("2 keys");
  await secondPortal.expectRows(["Bravo", "Delta"]);
  await expect(secondPortal.id("view-organization")).toHaveAttribute("aria-current", "page");
  await secondPortal.settled();

  await secondPortal.id("delete-all-keys").click();
  await expect(secondPortal.confirmDialog.getByRole("heading")).toHaveText("Delete all 2 of your organization’s keys?");
  await expect(secondPortal.confirmDialog).toContainText("2 people");
  await secondPortal.settled();
  await secondPortal.field("Type “delete 2 keys of the organization” to confirm").fill("delete 2 keys of the organization");
  await secondPortal.id("confirm-action").click();
  await expect(secondPortal.success).toContainText("All API keys of your organization");
  await expect(secondPortal.id("empty-state")).toBeVisible();
  await portal.goToList();
  await expect(portal.rows).toHaveCount(0);
});

test("Cancel leads back to the view that one came from", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha"]);
  await portal.goToOrganization();
  await portal.choose("Alpha", "delete-key");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("cancel-action").click();
  await expect(portal.id("view-organization")).toHaveAttribute("aria-current", "page");
  await expect(portal.confirmDialog).toHaveCount(0);
});
