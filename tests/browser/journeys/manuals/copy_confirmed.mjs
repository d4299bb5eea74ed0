// SmartPlayer, "Getting API Keys via the Personal Account", from its first to its last sentence.
import { newPerson } from "../../support/portal.mjs";
import { PATHS, agree, columns, expect, expectUpperRight, expectVerified, step, test } from "../../support/manual.mjs";

// The first sentence is about registering.
test.use({ registered: false });

test("the manual of SmartPlayer reads true under copy-confirmed", async ({ portal, secondPortal, server }) => {
  test.slow();
  const owner = newPerson("Olga Owner"), member = newPerson("Max Member", "member"), admin = newPerson("Ada Lovelace", "administrator");
  const { page } = portal;
  await step("000.03", async () => {
    await portal.register(owner);
    await server.applyPolicy("copy-confirmed");
    await portal.signOut();
    await server.createUser(admin);
    await portal.signIn(admin);
  });
  await step("000.02", async () => {
    await server.createUser(member);
    await secondPortal.signIn(member);
    await secondPortal.goToList();
    await expect(secondPortal.id("create-key")).toHaveCount(0);
    secondPortal.watch.allow(403);
    expect((await secondPortal.go(PATHS.create)).status()).toBe(403);
  });
  await step("000.04", async () => {
    await portal.go(PATHS.home);
    await portal.page.getByRole("link", { name: "Settings" }).first().click();
    await expect(portal.heading("Settings")).toBeVisible();
  });
  await step("000.05", async () => {
    // It is open already: the first press folds it, the next one unfolds it.
    const category = portal.id("for-developers").locator("summary");
    await expect(portal.id("open-api-keys")).toBeVisible();
    await category.click();
    await expect(portal.id("open-api-keys")).toBeHidden();
    await category.click();
  });
  await step("000.06", async () => {
    await expect(portal.id("open-api-keys")).toBeVisible();
    await portal.id("open-api-keys").click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
  });
  await step("000.09", async () => {
    await portal.openCreate();
    if (portal.js) await expect(page.locator("dialog[open]")).toBeVisible();
    await expect(portal.field("Name")).toHaveAttribute("required", "");
    portal.watch.allow(422);
    await portal.typeDate("2001-01-01");
    await page.locator("form").filter({ has: portal.id("submit-create") }).evaluate(form => { form.noValidate = true });
    await portal.id("submit-create").click();
    await expect(portal.id("error-expires_on")).toBeVisible();
    await portal.settled();
  });
  await step("000.17", async () => portal.field("Name").fill("Backup"));
  let expiresOn;
  await step("000.18", async () => {
    const date = portal.field("Expiration date");
    await expect(date).toHaveAttribute("type", "date");
    expiresOn = await date.getAttribute("max");
    await date.fill(expiresOn);
  });
  await step("000.23", async () => {
    const days = (Date.parse(expiresOn) - Date.parse(new Date().toISOString().slice(0, 10))) / 86_400_000;
    expect(days).toBe(365);
    await portal.id("submit-create").click();
    await expect(portal.heading("Copy your API key")).toBeVisible();
    await portal.settled();
  });
  const token = await portal.token.inputValue();
  await step("000.19", async () => {
    if (!portal.js) return expect(portal.token).toHaveJSProperty("readOnly", true);
    await page.context().grantPermissions(["clipboard-write"]);
    await portal.id("copy-key").click();
    await expect(portal.id("copy-key")).toHaveText("Copied");
  });
  await step("000.21", async () => expect(portal.revealDialog).toContainText("only time"));
  await step("000.20", async () => {
    await expect(portal.field("I have copied the key")).not.toBeChecked();
    await expectVerified(portal, token, "KEY_NOT_CONFIRMED");
    if (portal.js) {
      await portal.done.click({ force: true });
      await expect(portal.id("error-copied")).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(portal.revealDialog).toBeVisible();
    }
    await portal.finish("Backup");
  });
  await step("000.01", async () => expectVerified(portal, token, "VALID"));
  await step("000.07", async () => {
    await expect(portal.id("api-keys-table")).toBeVisible();
    await expectUpperRight(portal, portal.id("delete-all-keys"));
    await expectUpperRight(portal, portal.id("create-key"));
    await expect(portal.id("delete-all-keys")).toHaveText("Delete all keys");
    await expect(portal.id("create-key")).toHaveText("Create key");
  });
  const row = portal.row("Backup");
  await step("000.11", async () => {
    expect(await columns(portal)).toContain("Name");
    await expect(row.getByTestId("cell-name")).toContainText("Backup");
  });
  await step("000.12", async () => {
    expect(await columns(portal)).toContain("Key");
    await expect(row.getByTestId("cell-key")).toContainText(token.slice(-4));
    expect(await page.content()).not.toContain(token.slice(-12));
  });
  await step("000.13", async () => {
    const created = row.getByTestId("cell-created").locator("time");
    expect(Date.now() - Date.parse(await created.getAttribute("datetime"))).toBeLessThan(120_000);
  });
  await step("000.14", async () => {
    const expires = await row.getByTestId("cell-expires").locator("time").getAttribute("datetime");
    // The last day on which it is valid.
    expect(expires.slice(0, 10)).toBe(expiresOn);
  });
  await step("000.15", async () => {
    await expect.poll(async () => {
      await portal.goToList();
      return row.getByTestId("cell-last-used").locator("time").first().getAttribute("datetime").catch(() => null);
    }, { timeout: 20_000 }).toBeTruthy();
    const used = await row.getByTestId("cell-last-used").locator("time").first().getAttribute("datetime");
    expect(Date.now() - Date.parse(used)).toBeLessThan(120_000);
  });
  await step("000.22", async () => {
    await portal.openCreate();
    await portal.fillCreate({ name: " backup " });
    await portal.id("submit-create").click();
    await portal.expectRefused("name", "already", {});
    await portal.goToList();
  });
  let others;
  await step("000.24", async () => {
    others = await portal.seed(["One", "Two", "Three"]);
    expect(new Set([token, ...others.map(key => key.token)]).size).toBe(4);
    expect(new Set([token, ...others.map(key => key.token.split("_")[1])]).size).toBe(4);
  });
  await step("000.25", async () => {
    await portal.goToList();
    const lost = await portal.create({ name: "Lost" });
    await portal.page.goto(PATHS.list).catch(() => portal.page.goto(PATHS.list));
    await portal.settled();
    await expect(portal.row("Lost")).toHaveAttribute("data-status", "pending");
    await portal.row("Lost").getByTestId("cell-name").getByRole("link").click();
    await expect(portal.heading("Lost")).toBeVisible();
    expect(await page.content()).not.toContain(lost.split("_")[2]);
    await expect(portal.id("show-token")).toHaveCount(0);
    await expect(portal.id("copy-token")).toHaveCount(0);
    await expectVerified(portal, lost, "KEY_NOT_CONFIRMED");
  });
  await step("000.26", async () => {
    const { role, permissions } = await expectVerified(portal, token, "VALID");
    expect(role).toBe("administrator");
    expect(permissions).toContain("api_keys.manage_all");
    expect(permissions).not.toContain("owners.manage");
  });
  await step("000.10", async () => {
    await portal.goToList();
    await portal.row("One").getByRole("checkbox").check();
    await portal.row("Two").getByRole("checkbox").check();
    if (portal.js) await expect(portal.id("selection-count")).toContainText("2");
  });
  await step("000.16", async () => {
    await expect(portal.id("delete-selected").locator("svg")).toBeVisible();
    await portal.id("delete-selected").click();
    await agree(portal);
    await portal.expectRows(["Backup", "Three", "Lost"]);
  });
  await step("000.08", async () => {
    await portal.id("delete-all-keys").click();
    await expect(portal.confirmDialog).toBeVisible();
    await portal.settled();
    if (portal.js) await expect(page.locator("dialog[open]")).toBeVisible();
    await portal.id("confirm-phrase").fill("delete 3 keys");
    await portal.id("confirm-action").click();
    await expect(portal.success).toBeVisible();
    await portal.settled();
    await expect(portal.rows).toHaveCount(0);
    await expectVerified(portal, token, "NOT_FOUND");
  });
});
