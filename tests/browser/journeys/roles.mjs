import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

for (const role of ["member", "support", "analytics"]) {
  test(`the role ${role} is offered nothing that it may not do, and is refused it`, async ({ ownerPortal: portal, secondPortal, server }) => {
    const [key] = await portal.seed(["Nightly backup"]);
    const person = newPerson("Grace Hopper", role);
    await server.createUser(person);
    await secondPortal.signIn(person);
    secondPortal.watch.allow(403, 404);

    for (const path of [PATHS.home, PATHS.list]) {
      await secondPortal.go(path);
      await expect(secondPortal.id("create-key")).toHaveCount(0);
      await expect(secondPortal.id("delete-all-keys")).toHaveCount(0);
      await expect(secondPortal.id("delete-selected")).toHaveCount(0);
      await expect(secondPortal.page.locator(`main a[href="${PATHS.create}"]`)).toHaveCount(0);
      await expect(secondPortal.page.locator("main form")).toHaveCount(0);
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
    await secondPortal.goToList();
    await expect(secondPortal.rows).toHaveCount(0);
    await portal.goToList();
    await portal.expectRows(["Nightly backup"]);
  });
}

test("an administrator creates and deletes keys of their own", async ({ ownerPortal: portal, secondPortal, server }) => {
  await portal.seed(["Nightly backup"]);
  const person = newPerson("Grace Hopper", "administrator");
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.goToList();
  await expect(secondPortal.rows).toHaveCount(0);
  // Names are unique among one's own keys only.
  await secondPortal.createAndFinish({ name: "Nightly backup" });
  await secondPortal.link("Delete Nightly backup").click();
  await expect(secondPortal.confirmDialog).toBeVisible();
  await secondPortal.settled();
  await secondPortal.id("confirm-action").click();
  await expect(secondPortal.success).toContainText("Nightly backup");
  await portal.goToList();
  await portal.expectRows(["Nightly backup"]);
});

test("an account made from the command line signs in with the password that was piped in", { tag: "@once" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  const person = { ...newPerson("Grace Hopper", "member"), password: " violin\tharbour plum ü " };
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.settings);
  await expect(secondPortal.page.getByText("Member", { exact: true })).toBeVisible();
  await expect(portal.button("Sign out")).toBeVisible();
});
