// Back and Forward, in a browser that keeps pages: pages that were seen must not come back.
import { launchOptions } from "../support/chromium.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test.use({ launchOptions: launchOptions({ keepsPages: true }) });

const NAME = "Nightly backup";

test("the browser brings pages back from memory, so that pressing Back proves something", async ({ portal, page }) => {
  await portal.go(PATHS.signIn);
  // Not a page of the portal, which may forbid it. (It names no icon, so the browser requests the default one.)
  portal.watch.allow(404);
  const style = await page.locator("link[rel=stylesheet]").getAttribute("href");
  await page.goto(style);
  await page.evaluate(() => { window.planted = true });
  await portal.go(PATHS.signIn);
  await page.goBack({ waitUntil: "commit" });
  await expect(page).toHaveURL(style);
  expect(await page.evaluate(() => window.planted)).toBe(true);
});

test("after signing out, Back shows no data", { tag: "@nojs-too" }, async ({ portal, owner }) => {
  await portal.seed(["Nightly backup"]);
  await portal.goToList();
  await expect(portal.row("Nightly backup")).toBeVisible();
  const page = portal.page;
  await portal.signOut();
  await expect(page.getByText(owner.email)).toHaveCount(0);

  await page.goBack({ waitUntil: "commit" });
  await expect(portal.button("Sign in")).toBeVisible();
  await expect(portal.rows).toHaveCount(0);
  expect(await page.content()).not.toContain("Nightly backup");
  const answer = await portal.go(PATHS.list);
  expect(await answer.text()).not.toContain("Nightly backup");
});

test("Back and Forward never show the token again", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.home);
  await portal.goToList();
  const token = await portal.create({ name: NAME });
  const secret = token.split("_")[2];
  await portal.go(PATHS.settings);
  for (const direction of ["goBack", "goForward", "goBack", "goBack", "goForward"]) {
    await portal.travel(direction);
    expect(await portal.everythingShown(), `after ${direction}`).not.toContain(secret);
  }
  await portal.expectNotConfirmed(NAME, token);
});

test("Back after Done never shows the token again", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.home);
  await portal.goToList();
  const token = await portal.createAndFinish({ name: NAME });
  const secret = token.split("_")[2];
  for (const direction of ["goBack", "goBack", "goForward", "goForward"]) {
    await portal.travel(direction);
    expect(await portal.everythingShown(), `after ${direction}`).not.toContain(secret);
  }
  await portal.goToList();
  await portal.expectRows([NAME]);
});

test("the link is not shown again by Back, and a discarded invitation does not work", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal }) => {
  secondPortal.watch.allow(404);
  await portal.go(PATHS.members);
  const link = await portal.invite({ email: "ann@example.org" });
  await portal.id("discard-invitation").click();
  await expect(portal.success).toContainText("revoked");
  await expect(portal.page).toHaveURL(PATHS.members);
  await expect(portal.id("invitation-row")).toHaveCount(0);
  await portal.travel("goBack");
  expect(await portal.page.content()).not.toContain(new URL(link).searchParams.get("invitation"));
  expect((await secondPortal.go(link)).status()).toBe(404);
});
