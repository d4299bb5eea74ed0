import { paste } from "../support/clipboard.mjs";
import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("the name in the list leads to all about the key", async ({ ownerPortal: portal }) => {
  const project = await portal.seedProject("Mobile app");
  const [key] = await portal.seed(["Nightly backup"], { description: "Copies the maps to the vault", project });
  await portal.goToList();
  await portal.link("Nightly backup").click();
  await expect(portal.heading("Nightly backup")).toBeVisible();
  await portal.settled();
  await expect(portal.page).toHaveURL(PATHS.details(key.id));
  for (const [id, text] of [
    ["detail-description", "Copies the maps to the vault"],
    ["detail-status", "Active"],
    ["detail-owner", "Ada Lovelace"],
    ["detail-project", "Mobile app"],
    ["detail-lookup", key.token.split("_").slice(0, 2).join("_")],
    ["detail-last-used", /^Never created \d+ \w+ \d{4}, \d\d:\d\d UTC$/],
  ]) await expect(portal.id(id), id).toHaveText(text);
  expect(await portal.page.content()).not.toContain(key.token.split("_")[2]);
  await expect(portal.id("look-note")).toHaveCount(0);
  await expect(portal.id("history-table").getByRole("rowheader").first()).toHaveText(/Confirmed|Created/);
});

test("the key is deleted from its page", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  await portal.go(PATHS.details(key.id));
  await portal.link("Delete Nightly backup").click();
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("Nightly backup");
  portal.watch.allow(404);
  const answer = await portal.go(PATHS.details(key.id));
  expect(answer.status()).toBe(404);
});

test("who looks at the key of another is told that it is written down, and the owner sees it", async ({ ownerPortal: portal, secondPortal, server }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  const person = newPerson("Grace Hopper", "support");
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.go(PATHS.details(key.id));
  await expect(secondPortal.id("look-note")).toContainText("audit log");
  await portal.go(PATHS.details(key.id));
  const look = portal.id("history-table").getByRole("row", { name: /Viewed the details of the key/ });
  await expect(look).toContainText("Grace Hopper");
});

test("the key ID is copied", async ({ ownerPortal: portal, page }) => {
  await page.context().grantPermissions(["clipboard-write"]);
  const [key] = await portal.seed(["Nightly backup"]);
  await portal.go(PATHS.details(key.id));
  const button = portal.id("copy-lookup");
  await button.click();
  await expect(button).toContainText("Copied");
  expect(await paste(page.context())).toBe(await portal.id("detail-lookup").innerText());
});
