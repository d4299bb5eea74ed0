// Keyboard shortcuts: what each key does, when none fires, and the dialog that finds keys and pages.
import { expect, test } from "../support/fixtures.mjs";
import { PATHS } from "../support/portal.mjs";

test("each shortcut does what the list of shortcuts says", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  await page.keyboard.press("Shift+?");
  await expect(portal.id("shortcuts-dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(portal.id("shortcuts-dialog")).toHaveCount(0);

  await page.keyboard.press("/");
  await expect(portal.field("Search keys")).toBeFocused();
  await expect(portal.field("Search keys")).toHaveValue("");
  await page.keyboard.press("Escape");
  await portal.heading("API keys").click();

  await page.keyboard.press("c");
  await expect(portal.createDialog).toBeVisible();
  await portal.settled();
  await page.keyboard.press("Escape");

  await portal.go(PATHS.account);
  await page.keyboard.press("c");
  await expect(page).toHaveURL(PATHS.create);
});

test("no shortcut fires while somebody types, with another key held, or in a dialog", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  const typed = "c/?g";
  await portal.field("Search keys").pressSequentially(typed);
  await expect(portal.field("Search keys")).toHaveValue(typed);
  await portal.heading("API keys").click();
  await page.keyboard.press("Alt+c");
  await page.keyboard.press("Meta+g");
  await portal.openCreate();
  await portal.field("Name").fill("");
  await portal.field("Name").pressSequentially(typed);
  await expect(portal.field("Name")).toHaveValue(typed);
  await portal.createDialog.getByRole("heading").first().click();
  await page.keyboard.press("g");
  await expect(page.locator("dialog")).toHaveCount(1);
  await expect(portal.createDialog).toBeVisible();
});

test("a key is opened by a part of its name, by keyboard alone", async ({ ownerPortal: portal, page }) => {
  const [key] = await portal.seed(["Nightly backup", "Deploy shop", "Deploy docs"]);
  await portal.go(PATHS.account);
  await page.keyboard.press("/");
  await expect(portal.id("go-to-dialog")).toBeVisible();
  await portal.settled();
  const field = portal.field("Key or page");
  await expect(field).toBeFocused();
  await field.pressSequentially("depl");
  await expect(portal.id("go-to-key")).toHaveCount(2);
  await page.keyboard.press("ArrowDown");
  await expect(portal.id("go-to-key").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(portal.id("go-to-key").nth(1)).toBeFocused();
  await field.fill("nightly");
  await expect(portal.id("go-to-key")).toHaveCount(1);
  await field.press("Enter");
  await expect(page).toHaveURL(PATHS.details(key.id));
});

test("keys are found without JavaScript", { tag: "@nojs" }, async ({ ownerPortal: portal, page }) => {
  const [key] = await portal.seed(["Nightly backup", "Deploy shop", "Deploy docs"]);
  await portal.go(PATHS.home);
  await portal.id("open-go-to").click();
  await portal.field("Key or page").fill("deploy");
  await portal.button("Go to").click();
  await expect(portal.id("go-to-key")).toHaveCount(2);
  await portal.field("Key or page").fill("nightly");
  await portal.button("Go to").click();
  await expect(page).toHaveURL(PATHS.details(key.id));
});

test("shortcuts that are off do nothing", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  await portal.go(PATHS.home);
  await portal.id("open-shortcuts").click();
  await expect(portal.id("shortcuts-dialog")).toBeVisible();
  await portal.settled();
  await portal.id("turn-shortcuts-off").click();
  await expect(portal.success).toContainText("off in this browser");
  await portal.settled();
  if (portal.js) {
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await expect(page.locator("dialog")).toHaveCount(0);
  }
  await portal.id("turn-shortcuts-on").click();
  await expect(portal.success).toContainText("on in this browser");
});
