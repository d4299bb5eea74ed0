import { PATHS, unknownIdLike, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const FIVE = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"];

/** Ticks the boxes of these keys. */
async function select(portal, names) {
  for (const name of names) await portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).check();
}

/** Presses the button that carries the deletion out. */
async function confirmDeletion(portal) {
  await portal.settled();
  await expect(portal.id("confirm-action")).toHaveText("Yes, delete");
  await portal.id("confirm-action").click();
}

test("one key is deleted after a warning", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha", "Bravo"]);
  await portal.goToList();
  await portal.choose("Alpha", "delete-key");
  await expect(portal.confirmDialog).toContainText("Alpha");
  await expect(portal.confirmDialog).not.toContainText("Bravo");
  await expect(portal.confirmDialog).toContainText("cannot be undone");
  await expect(portal.confirmDialog).toContainText(/Never created \d+ \w+ \d{4}/);
  if (portal.js) await expect(portal.id("cancel-action")).toBeFocused();
  await confirmDeletion(portal);
  await expect(portal.success).toContainText("Alpha");
  await expect(portal.success).toHaveRole("status");
  await portal.expectRows(["Bravo"]);
  await portal.settled();
  await portal.page.reload();
  await expect(portal.success).toHaveCount(0);
});

test("Cancel keeps the key", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  await portal.choose("Alpha", "delete-key");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("cancel-action").click();
  await expect(portal.confirmDialog).toHaveCount(0);
  await expect(portal.heading("API keys")).toBeVisible();
  await portal.expectRows(["Alpha"]);
  if (portal.js) await expect(portal.menu("Alpha")).toBeFocused();
});

for (const [way, close] of [
  ["Esc", page => page.keyboard.press("Escape")],
  ["A click outside", page => page.mouse.click(5, 5)],
]) {
  test(`${way} keeps the key and gives the focus back`, async ({ ownerPortal: portal }) => {
    await portal.seed(["Alpha"]);
    await portal.goToList();
    await portal.choose("Alpha", "delete-key");
    await expect(portal.confirmDialog).toBeVisible();
    await expect(async () => {
      await close(portal.page);
      await expect(portal.confirmDialog).toHaveCount(0, { timeout: 100 });
    }).toPass();
    await expect(portal.menu("Alpha")).toBeFocused();
    await portal.expectRows(["Alpha"]);
  });
}

test("a key that was deleted meanwhile is told apart from success", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(404);
  const [key] = await portal.seed(["Alpha"]);
  await portal.goToList();
  await portal.choose("Alpha", "delete-key");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.http.post(PATHS.deletion(key.id), { csrf: await portal.csrf() });
  await portal.http.get(PATHS.list);
  await confirmDeletion(portal);
  await expect(portal.id("flash-error")).toBeVisible();
  await expect(portal.success).toHaveCount(0);
});

test("three of five keys are deleted together", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.goToList();
  await select(portal, ["Bravo", "Delta", "Echo"]);
  if (portal.js) await expect(portal.id("selection-count")).toHaveText("3 selected");
  await portal.id("delete-selected").click();
  await expect(portal.confirmDialog.getByRole("heading")).toHaveText("Delete 3 keys?");
  for (const name of ["Bravo", "Delta", "Echo"]) await expect(portal.confirmDialog).toContainText(name);
  for (const name of ["Alpha", "Charlie"]) await expect(portal.confirmDialog).not.toContainText(name);
  await expect(portal.confirmDialog).toContainText("cannot be undone");
  await confirmDeletion(portal);
  await expect(portal.success).toContainText("3 keys");
  await portal.expectRows(["Alpha", "Charlie"]);
});

test("a selection is kept when its deletion is cancelled", async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.goToList();
  await select(portal, ["Alpha", "Bravo"]);
  await portal.id("delete-selected").click();
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("cancel-action").click();
  await expect(portal.id("selection-count")).toHaveText("2 selected");
  await expect(portal.rows).toHaveCount(5);
});

test("a selection with an unknown, a foreign or a deleted key deletes nothing", async ({ ownerPortal: portal, secondPortal, server }) => {
  const other = newPerson("Grace Hopper", "administrator");
  await server.createUser(other);
  await secondPortal.signIn(other);
  const [foreign] = await secondPortal.seed(["Foreign"]);
  const keys = await portal.seed(FIVE);
  const gone = keys.pop();
  const csrf = await portal.csrf();
  await portal.http.post(PATHS.deletion(gone.id), { csrf });
  await portal.http.get(PATHS.list);

  for (const stranger of [foreign.id, gone.id, unknownIdLike(gone.id), "nonsense", "key_' OR 1=1 --"]) {
    const fields = [["csrf", csrf], ["id", keys[0].id], ["id", keys[1].id], ["id", stranger]];
    for (const headers of [{}, { "HX-Request": "true" }]) {
      const answer = await portal.http.post(PATHS.bulkDeletion, fields, headers);
      expect([400, 404, 422], stranger).toContain(answer.status);
      expect(answer.body, stranger).not.toContain("Foreign");
      const shown = await portal.http.get(`${PATHS.bulkDeletion}?id=${keys[0].id}&id=${encodeURIComponent(stranger)}`, headers);
      expect([400, 404, 422], stranger).toContain(shown.status);
    }
  }
  await portal.goToList();
  await portal.expectRows(FIVE.slice(0, 4));
  await secondPortal.goToList();
  await secondPortal.expectRows(["Foreign"]);
});

test("another person's key cannot be confirmed, and by a member not even be seen", async ({ ownerPortal: portal, secondPortal, server }) => {
  const other = newPerson("Grace Hopper", "member");
  await server.createUser(other);
  await secondPortal.signIn(other);
  const [foreign] = await portal.seed(["Foreign"], { confirm: false });
  const csrf = await secondPortal.csrf();
  expect((await secondPortal.http.get(PATHS.details(foreign.id))).status).toBe(404);
  expect((await secondPortal.http.get(PATHS.deletion(foreign.id))).status).toBe(403);
  expect((await secondPortal.http.post(PATHS.deletion(foreign.id), { csrf })).status).toBe(403);
  const administrator = newPerson("Katherine Johnson", "administrator");
  await server.createUser(administrator);
  await secondPortal.signOut();
  await secondPortal.signIn(administrator);
  const theirs = await secondPortal.csrf();
  // Only a person who saw the token can confirm that it was copied.
  expect((await secondPortal.http.post(PATHS.confirmation(foreign.id), { csrf: theirs, copied: "yes" })).status).toBe(403);
  await portal.goToList();
  await expect(portal.row("Foreign")).toHaveAttribute("data-status", "pending");
});

test("deleting with nothing selected says so", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  if (portal.js) {
    await expect(portal.id("delete-selected")).toBeHidden();
    await portal.go(PATHS.bulkDeletion);
  } else {
    await portal.id("delete-selected").click();
  }
  await expect(portal.id("flash-error")).toContainText("no keys were selected");
  await portal.expectRows(["Alpha"]);
});

test("all keys are deleted once the phrase is typed", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  // 409 for another number than there are keys, 422 for anything that is not such a phrase.
  portal.watch.allow(409, 422);
  await portal.seed(FIVE.slice(0, 3));
  await portal.goToList();
  await portal.id("delete-all-keys").click();
  await expect(portal.confirmDialog.getByRole("heading")).toHaveText("Delete all 3 of your keys?");
  await expect(portal.confirmDialog).toContainText("cannot be undone");
  const phrase = portal.field("Type “delete 3 keys” to confirm");
  await expect(phrase).toBeVisible();
  await portal.settled();

  for (const wrong of ["delete", "delete 4 keys", "delete 3 key s", "yes"]) {
    await phrase.fill(wrong);
    await portal.id("confirm-action").click();
    await portal.expectRefused("phrase", "delete 3 keys", { phrase: wrong });
    if (!portal.js) await expect(portal.page).toHaveTitle(/^Error: /);
  }
  expect((await portal.http.get(PATHS.list)).body.match(/data-testid="api-key-row"/g)).toHaveLength(3);

  await phrase.fill("  DELETE  3   Keys ");
  await confirmDeletion(portal);
  await expect(portal.success).toContainText("3 keys");
  await expect(portal.id("empty-state")).toBeVisible();
  await expect(portal.rows).toHaveCount(0);
});

test("the only key is asked for in the singular", async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  await portal.id("delete-all-keys").click();
  await portal.field("Type “delete 1 key” to confirm").fill("delete 1 key");
  await confirmDeletion(portal);
  await expect(portal.id("empty-state")).toBeVisible();
});

test("when a key was added meanwhile, deleting all asks again with the new number", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(409, 422);
  await portal.seed(["Alpha", "Bravo"]);
  await portal.goToList();
  await portal.id("delete-all-keys").click();
  await portal.field("Type “delete 2 keys” to confirm").fill("delete 2 keys");
  await portal.seed(["Charlie"]);
  await confirmDeletion(portal);
  const phrase = portal.field("Type “delete 3 keys” to confirm");
  await expect(phrase).toBeVisible();
  await expect(portal.id("error-phrase")).toBeVisible();
  expect((await portal.http.get(PATHS.list)).body.match(/data-testid="api-key-row"/g)).toHaveLength(3);
  await phrase.fill("delete 3 keys");
  await confirmDeletion(portal);
  await expect(portal.id("empty-state")).toBeVisible();
});

test("deleting all leaves other people's keys", async ({ ownerPortal: portal, secondPortal, server }) => {
  const other = newPerson("Grace Hopper", "administrator");
  await server.createUser(other);
  await secondPortal.signIn(other);
  await secondPortal.seed(["Foreign"]);
  await portal.seed(["Alpha", "Bravo"]);
  await portal.goToList();
  await portal.id("delete-all-keys").click();
  await portal.field("Type “delete 2 keys” to confirm").fill("delete 2 keys");
  await confirmDeletion(portal);
  await expect(portal.id("empty-state")).toBeVisible();
  await secondPortal.goToList();
  await secondPortal.expectRows(["Foreign"]);
});

test("with no keys, Delete all keys says that there is nothing to delete", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  const all = portal.id("delete-all-keys");
  await expect(all).toHaveAttribute("aria-disabled", "true");
  await all.click({ force: true });
  await expect(portal.page.getByText(/no (API )?keys to delete/i).first()).toBeVisible();
  await expect(portal.confirmDialog).toHaveCount(0);
});

test("the header box selects the page and shows when only some are selected", async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.goToList();
  const all = portal.page.getByRole("checkbox", { name: "Select all keys on this page" });
  const count = portal.id("selection-count");
  const places = () => portal.page.locator("main *:not(.selection-bar *)").evaluateAll(all => all.map(element => element.getBoundingClientRect().top));
  await expect(count).toHaveRole("status");
  const before = await places();
  await all.check();
  await expect(count).toHaveText("5 selected");
  expect(await places(), "nothing moves when the bar appears").toEqual(before);
  await portal.page.getByRole("checkbox", { name: "Select Charlie", exact: true }).uncheck();
  await expect(count).toHaveText("4 selected");
  await expect(all).toHaveJSProperty("indeterminate", true);
  await all.check();
  await expect(count).toHaveText("5 selected");
  await all.uncheck();
  await expect(count).toBeEmpty();
  await expect(portal.id("delete-selected")).toBeHidden();
});

test("Shift selects a range in both directions, and Esc clears it", async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.go(`${PATHS.list}?sort=name`);
  const box = name => portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
  const count = portal.id("selection-count");
  await box("Bravo").click();
  await box("Delta").click({ modifiers: ["Shift"] });
  await expect(count).toHaveText("3 selected");
  await expect(box("Charlie")).toBeChecked();
  await portal.page.keyboard.press("Escape");
  await expect(count).toBeEmpty();
  await box("Echo").click();
  await box("Bravo").click({ modifiers: ["Shift"] });
  await expect(count).toHaveText("4 selected");
  await expect(box("Alpha")).not.toBeChecked();

  await portal.page.keyboard.press("Escape");
  await box("Alpha").focus();
  await portal.page.keyboard.press("Space");
  await box("Charlie").focus();
  await portal.page.keyboard.press("Shift+Space");
  await expect(count).toHaveText("3 selected");
  await expect(box("Bravo")).toBeChecked();
});
