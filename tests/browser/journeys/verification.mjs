// The page about verification.
import { paste } from "../support/clipboard.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const copyButton = (portal, name) => portal.page.getByRole("button", { name: new RegExp(`^(Copy|Copied) the ${name} snippet$`) });

test("the page is found from the list, from an empty list and from the settings", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.id("empty-state").getByRole("link", { name: "How your service verifies keys" }).click();
  await expect(portal.heading("Check keys from your service")).toBeVisible();
  await expect(portal.page).toHaveURL(PATHS.verification);
  await portal.goToList();
  await portal.link("Check keys from your service").click();
  await expect(portal.page).toHaveURL(PATHS.verification);
  await portal.page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "Settings" }).click();
  await portal.link("Read the guide").click();
  await expect(portal.page).toHaveURL(PATHS.verification);
  await expect(portal.id("server-url")).toHaveText(portal.server.address);
});

test("somebody who may not create keys reads it too", async ({ ownerPortal: portal, server, secondPortal }) => {
  await portal.goToList();
  const member = { name: "Max", role: "member", email: "max@example.org", password: "violin harbour plum kettle" };
  await server.createUser(member);
  await secondPortal.signIn(member);
  await secondPortal.goToList();
  await secondPortal.link("Check keys from your service").click();
  await expect(secondPortal.id("snippet-nginx")).toContainText(server.address);
});

test("every snippet is copied as it stands there", async ({ ownerPortal: portal }) => {
  const { page } = portal;
  await page.context().grantPermissions(["clipboard-write"]);
  await portal.go(PATHS.verification);
  const snippets = await page.locator("[data-testid^=snippet-]").all();
  expect(snippets.length).toBe(10);
  for (const snippet of snippets) {
    const name = (await snippet.getAttribute("data-testid")).replace("snippet-", "");
    await copyButton(portal, name).click();
    await expect(copyButton(portal, name)).toHaveText(/^Copied/);
    await expect(page.locator("#live")).toHaveText(`Copied the ${name} snippet`);
    await expect(page.getByRole("button", { name: /^Copied/ })).toHaveCount(1);
    expect(await paste(page.context())).toBe(await snippet.textContent());
  }
});

test("when the browser refuses to copy, the snippet is selected and the page says to press Ctrl+C", async ({ ownerPortal: portal }) => {
  const { page } = portal;
  await page.setViewportSize({ width: 320, height: 720 });
  await portal.go(PATHS.verification);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
    document.execCommand = () => false;
  });
  await copyButton(portal, "caddy").click();
  await expect(page.getByRole("status").filter({ hasText: "The text is selected: press Ctrl+C" })).toBeVisible();
  await expect(portal.id("snippet-caddy")).toBeFocused();
  await page.keyboard.press("Control+C");
  expect((await paste(page.context())).trim()).toBe((await portal.id("snippet-caddy").textContent()).trim());
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("without JavaScript there is nothing to press, and the snippets are all there", { tag: "@nojs" }, async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.verification);
  await expect(portal.page.getByRole("button", { name: /Copy/ })).toHaveCount(0);
  for (const snippet of await portal.page.locator("[data-testid^=snippet-]").all()) await expect(snippet).toBeVisible();
});

test("by keyboard one goes to a snippet and reads what sticks out of it", async ({ ownerPortal: portal }) => {
  const { page } = portal;
  await page.setViewportSize({ width: 320, height: 720 });
  await portal.go(PATHS.verification);
  const link = page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "nginx" });
  await portal.tabTo(link);
  await portal.expectFocusRing(link);
  await page.keyboard.press("Enter");
  await expect(portal.heading("nginx")).toBeInViewport();
  const snippet = page.getByRole("region", { name: "nginx snippet" });
  if (portal.js) await portal.tabTo(copyButton(portal, "nginx"), { limit: 1 });
  await portal.tabTo(snippet, { limit: 1 });
  await portal.expectFocusRing(snippet);
  expect(await snippet.evaluate(element => element.scrollWidth > element.clientWidth)).toBe(true);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => snippet.evaluate(element => element.scrollLeft)).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.scrollingElement.scrollLeft)).toBe(0);
});

test("links on the page lead to its parts", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.verification);
  for (const link of await portal.page.getByRole("navigation", { name: "On this page" }).getByRole("link").all()) {
    const target = portal.page.locator(await link.getAttribute("href"));
    await link.click();
    await expect(target).toBeInViewport();
  }
});
