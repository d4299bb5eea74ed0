// Stored tokens: displayed again for a minute, copied, hidden.
import { launchOptions } from "../support/chromium.mjs";
import { paste } from "../support/clipboard.mjs";
import { setPolicy } from "../support/policy.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

// The first of them goes Back.
test.use({ launchOptions: launchOptions({ keepsPages: true }) });

const NAME = "Map tiles";

/** Opens the menu of the key's row and chooses. */
async function choose(portal, testId) {
  await portal.row(NAME).getByTestId("row-menu").click();
  await portal.id(testId).click();
  await expect(portal.id("token-dialog")).toBeVisible();
  await portal.settled();
}

test("a token is shown from the menu, is hidden again after a minute, and nothing brings it back", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  const { page } = portal;
  setPolicy(server, { viewable: "all" });
  if (portal.js) await page.clock.install();
  await portal.goToList();
  const token = await portal.createAndFinish({ name: NAME }), secret = token.split("_")[2];
  await portal.goToList();
  expect(await portal.everythingShown()).not.toContain(secret);

  const answered = page.waitForResponse(response => response.request().method() === "POST");
  await choose(portal, "show-token");
  const answer = await answered;
  expect(answer.headers()["cache-control"]).toBe("no-store");
  expect(answer.url()).not.toContain(secret);
  await expect(portal.token).toHaveValue(token);
  await expect(portal.id("key-secret")).toHaveValue(secret);
  await expect(portal.id("token-dialog")).toContainText("60 seconds");
  if (portal.js) {
    expect(answer.headers().refresh).toBeUndefined();
    await page.clock.fastForward(59_000);
    await expect(portal.token).toHaveValue(token);
    await page.clock.fastForward(1_500);
    await expect(portal.id("token-dialog")).toHaveCount(0);
    await expect(portal.row(NAME).getByTestId("row-menu")).toBeVisible();
  } else {
    expect(answer.headers().refresh).toMatch(/^60;url=\/settings\/developers\/api-keys\/key_/);
    await page.reload();
    await expect(portal.id("token-question")).toBeVisible();
  }
  expect(await portal.everythingShown()).not.toContain(secret);

  await portal.goToList();
  await choose(portal, "show-token");
  await portal.id("hide-token").click();
  await expect(portal.id("token-dialog")).toHaveCount(0);
  await portal.go(PATHS.settings);
  await portal.travel("goBack");
  expect(await portal.everythingShown()).not.toContain(secret);
  await portal.travel("goBack");
  expect(await portal.everythingShown().catch(() => "")).not.toContain(secret);

  await portal.goToList();
  await portal.link(NAME).click();
  await expect(portal.id("history-table")).toContainText("Viewed the token of the key");
  await portal.id("show-token").click();
  await expect(portal.token).toHaveValue(token);
});

test("Copy in the menu shows the token and copies it at once", async ({ ownerPortal: portal, server }) => {
  const { page } = portal;
  setPolicy(server, { viewable: "all" });
  await page.context().grantPermissions(["clipboard-write"]);
  await portal.goToList();
  const token = await portal.createAndFinish({ name: NAME });
  await choose(portal, "copy-token");
  await expect(portal.id("copy-key")).toHaveText("Copied");
  await expect(portal.id("token-dialog").getByRole("status")).toContainText("Copied");
  expect(await paste(page.context())).toBe(token);
});

test("buttons beside the menu show and copy as the menu does", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  const { page } = portal;
  setPolicy(server, { viewable: "all", row_buttons: ["show", "copy"] });
  if (portal.js) await page.context().grantPermissions(["clipboard-write"]);
  await portal.goToList();
  const token = await portal.createAndFinish({ name: NAME });
  await portal.goToList();
  const address = page.url();
  for (const button of ["row-show", "row-copy"]) {
    await portal.row(NAME).getByTestId(button).click();
    // Without a script the page asks first, because it has no form for each row.
    if (!portal.js) await portal.id("token-question").getByTestId("confirm-action").click();
    await expect(portal.token).toHaveValue(token);
    await portal.settled();
    if (portal.js) {
      expect(page.url()).toBe(address);
      await expect(portal.id("copy-key")).toHaveText(button === "row-copy" ? "Copied" : "Copy");
      await page.keyboard.press("Escape");
      await expect(portal.id("token-dialog")).toHaveCount(0);
    } else await portal.goToList();
  }
});

test("when the browser refuses to copy, the token is selected and the page says what to press", async ({ ownerPortal: portal, server }) => {
  const { page } = portal;
  setPolicy(server, { viewable: "all" });
  await portal.goToList();
  await portal.createAndFinish({ name: NAME });
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
    document.execCommand = () => false;
  });
  await choose(portal, "copy-token");
  await expect(portal.id("token-dialog").getByRole("status")).toContainText("Ctrl+C");
  expect(await portal.token.evaluate(field => field.selectionEnd - field.selectionStart)).toBeGreaterThan(60);
});

test("the password is asked for when it was typed too long ago, and then the token is one press away", { tag: "@nojs-too" }, async ({ ownerPortal: portal, owner, server, page }) => {
  setPolicy(server, { viewable: "all" });
  await portal.goToList();
  const token = await portal.createAndFinish({ name: NAME });
  const [id] = (await portal.http.get(PATHS.list)).body.match(/key_[0-9a-z]{26}/);
  // The redirect of the server after the password was typed too long ago.
  await portal.go(`/password-proof?next=${encodeURIComponent(`${PATHS.details(id)}/token?copy=1`)}`);
  await portal.field("Password").fill(owner.password);
  await page.locator("main form button.primary").click();
  await expect(portal.id("token-question")).toContainText("key’s history");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.token).toHaveValue(token);
});
