import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("Settings, For Developers, Open lead to the API keys", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.home);
  await portal.link("Settings").click();
  await expect(portal.heading("Settings")).toBeVisible();
  await portal.settled();
  const open = portal.id("open-api-keys");
  await expect(open, "the category is open").toBeVisible();
  const category = portal.id("for-developers").getByText("For Developers", { exact: true });
  await category.click();
  await expect(open).toBeHidden();
  await category.click();
  await expect(open).toHaveText("Open");
  await open.click();
  await expect(portal.heading("API keys")).toBeVisible();
  await expect(portal.page).toHaveURL(PATHS.list);
});

test("the rail leads from one page of the settings to the next", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.page.setViewportSize({ width: 1280, height: 900 });
  await portal.go("/settings/members");
  const rail = portal.page.getByRole("navigation", { name: "Settings" });
  await expect(rail.getByRole("link", { name: "Members" })).toHaveAttribute("aria-current", "page");
  await rail.getByRole("link", { name: "API keys" }).click();
  await expect(portal.heading("API keys")).toBeVisible();
  await expect(rail.locator("[aria-current]")).toHaveText("API keys");
  const { width } = await portal.page.locator("main").boundingBox();
  expect(width, "the table keeps its width").toBeGreaterThanOrEqual(1000);
  await portal.page.setViewportSize({ width: 390, height: 844 });
  await expect(rail, "a phone has breadcrumbs only").toBeHidden();
  await expect(portal.page.getByRole("navigation", { name: "Breadcrumbs" })).toBeVisible();
});

test("breadcrumbs tell the way and lead back", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  const crumbs = portal.page.getByRole("navigation", { name: "Breadcrumbs" });
  await expect(crumbs.getByText("API keys", { exact: true })).toHaveAttribute("aria-current", "page");
  await crumbs.getByRole("link", { name: "Settings" }).click();
  await expect(portal.heading("Settings")).toBeVisible();
});

test("the navigation leads straight to the keys and says where one is", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.home);
  const navigation = portal.page.getByRole("navigation", { name: "Main" });
  await expect(navigation.getByRole("link", { name: "Home" })).toHaveAttribute("aria-current", "page");
  await navigation.getByRole("link", { name: "API keys" }).click();
  await expect(portal.heading("API keys")).toBeVisible();
  await expect(navigation.getByRole("link", { name: "API keys" })).toHaveAttribute("aria-current", "page");
  await expect(navigation.locator("[aria-current]")).toHaveCount(1);
});

test("an address with nothing behind it gets a page with a way on", async ({ ownerPortal: portal }) => {
  portal.watch.allow(404);
  const answer = await portal.go("/nothing/here");
  expect(answer.status()).toBe(404);
  await expect(portal.id("flash-error")).toBeVisible();
  await expect(portal.id("request-id")).not.toBeEmpty();
  expect(await portal.id("request-id").innerText()).toBe(answer.headers()["x-request-id"]);
  await portal.id("error-page").getByRole("link").click();
  await expect(portal.button("Sign out")).toBeVisible();
});
