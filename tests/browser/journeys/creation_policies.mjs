// Creating keys under policies other than the default.
import { paste } from "../support/clipboard.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { PRESETS, setPolicy } from "../support/policy.mjs";

const SYSTEM = "Auto-Generated API Key (Created By System)";

test("one press makes a key, which is shown once and works at once", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  setPolicy(server, PRESETS["key-and-secret"]);
  if (portal.js) await portal.page.context().grantPermissions(["clipboard-write"]);
  await portal.goToList();
  await expect(portal.page.locator("main")).toContainText("0 of 10 keys");
  // Twice, as people do: one key.
  if (portal.js) await portal.id("create-key").dblclick();
  else await portal.id("create-key").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await expect(portal.revealDialog).toContainText("will not be displayed again");
  await expect(portal.tick).toHaveCount(0);
  await expect(portal.id("discard-key")).toHaveCount(0);
  const token = await portal.token.inputValue();
  const [, , secret] = token.split("_");
  await expect(portal.field("Secret")).toHaveValue(secret);
  if (portal.js) {
    await portal.id("copy-secret").click();
    await expect(portal.id("copy-secret")).toContainText("Copied");
    expect(await paste(portal.page.context())).toBe(secret);
    await portal.page.keyboard.press("Escape");
    await expect(portal.revealDialog, "Esc loses nothing").toContainText("Copy the key, then press Done.");
  }
  await portal.done.click();
  await expect(portal.success).toContainText("API key 1");
  await portal.settled();
  const row = portal.row("API key 1");
  await expect(row).toHaveAttribute("data-status", "active");
  await expect(row).toContainText("New");
  await expect(row.getByTestId("cell-last-used")).toContainText("Never");
  await expect(row.getByTestId("cell-last-used")).toContainText("created");
  await portal.expectRows(["API key 1"]);
  await expect(portal.page.locator("main")).toContainText("1 of 10 keys");
  expect(await portal.page.content()).not.toContain(secret);
});

test("the whole form stays within reach, without a date and switched off", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  setPolicy(server, PRESETS["key-and-secret"]);
  await portal.goToList();
  await portal.id("create-with-options").click();
  await expect(portal.createDialog).toBeVisible();
  await portal.settled();
  const dialog = portal.createDialog;
  await expect(dialog.getByLabel("Expiration date", { exact: true })).toHaveValue("");
  await expect(dialog).toContainText("optional");
  await expect(portal.id("only-scope")).toContainText("Server");
  await expect(dialog.getByRole("radio", { name: /^Server/ })).toHaveCount(0);
  await dialog.getByLabel("Name", { exact: true }).fill("Later");
  await portal.openOptions();
  await dialog.getByLabel("Status", { exact: true }).selectOption("Disabled");
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toContainText("The key is disabled");
  await portal.settled();
  await portal.done.click();
  await expect(portal.success).toContainText("created disabled");
  await portal.settled();
  await expect(portal.row("Later")).toHaveAttribute("data-status", "disabled");
  await expect(portal.row("Later").getByTestId("cell-expires")).toContainText("Never");
});

test("everybody has a key from the system, and gets a new one when it is deleted", { tag: "@nojs-too" }, async ({ portal, owner, server }) => {
  setPolicy(server, PRESETS["personal-default"]);
  await portal.signOut();
  await portal.signIn(owner);
  await portal.goToList();
  await portal.expectRows([SYSTEM]);
  const row = portal.row(SYSTEM);
  await expect(row).toContainText("Created by system");
  await expect(portal.page.locator("main")).toContainText("0 of 10 keys");
  await expect(row.getByTestId("row-revoke")).toHaveCount(0);
  const before = await row.getAttribute("data-key-id");
  await row.getByRole("button", { name: `Delete ${SYSTEM}` }).click();
  await expect(portal.id("made-anew")).toBeVisible();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("1 new key");
  await portal.settled();
  await portal.expectRows([SYSTEM]);
  expect(await row.getAttribute("data-key-id")).not.toBe(before);

  await portal.id("delete-all-keys").click();
  await expect(portal.id("made-anew")).toBeVisible();
  await portal.settled();
  await portal.id("confirm-phrase").fill("delete 1 key");
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("1 new key");
  await portal.settled();
  await portal.expectRows([SYSTEM]);
});

test("what the rows offer is to be reached, and fits a narrow window", { tag: "@nojs-too" }, async ({ portal, owner, server }) => {
  setPolicy(server, PRESETS["personal-default"]);
  await portal.signOut();
  await portal.signIn(owner);
  await portal.goToList();
  await portal.id("create-key").click();
  await expect(portal.createDialog).toBeVisible();
  await portal.settled();
  await portal.createDialog.getByLabel("Name", { exact: true }).fill("Reports");
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toContainText("see it again later");
  await portal.settled();
  await portal.done.click();
  await expect(portal.row("Reports")).toBeVisible();
  await portal.settled();
  for (const button of ["row-copy", "row-edit", "row-revoke", "row-delete"]) {
    await expect(portal.row("Reports").getByTestId(button)).toBeVisible();
  }
  for (const width of [320, 1024, 1280]) {
    await portal.page.setViewportSize({ width, height: 800 });
    const overflow = await portal.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `sideways at ${width} px`).toBeLessThanOrEqual(0);
    if (process.env.PICTURES) await portal.page.screenshot({ path: `${process.env.PICTURES}/rows-${width}.png`, fullPage: true });
  }
  await portal.row("Reports").getByRole("link", { name: "Edit Reports" }).click();
  await expect(portal.id("edit-dialog")).toBeVisible();
  await portal.settled();
  await portal.goToList();
  await portal.row("Reports").getByRole("button", { name: "Revoke Reports" }).click();
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("Reports");
  await portal.settled();
  await expect(portal.row("Reports")).toHaveAttribute("data-status", "revoked");
  await expect(portal.row("Reports").getByTestId("row-delete")).toBeVisible();
  await expect(portal.row("Reports").getByTestId("row-revoke")).toHaveCount(0);

  await portal.page.getByRole("checkbox", { name: `Select ${SYSTEM}` }).check();
  await portal.id("revoke-selected").click();
  await expect(portal.id("flash-error")).toContainText("cannot be revoked");
});
