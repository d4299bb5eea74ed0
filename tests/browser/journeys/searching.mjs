import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const FIVE = ["Alpha deploy", "Bravo deploy", "Charlie", "Delta", "Echo"];

async function search(portal, text) {
  await portal.field("Search keys").fill(text);
  await portal.field("Search keys").press("Enter");
  await portal.settled();
}

test("by keyboard a filter is changed again after the list has changed", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Deploy"]);
  await portal.goToList();
  await portal.id("open-filters").press("Enter");
  await expect(portal.field("Status"), "the first filter").toBeFocused();
  const scope = portal.page.getByLabel("Scope", { exact: true });
  await portal.tabTo(scope);
  for (const value of ["server", "web"]) {
    await page.keyboard.press("ArrowDown");
    await expect(page).toHaveURL(new RegExp(`scope=${value}`));
    await portal.settled();
    await expect(scope).toBeFocused();
  }
  await expect(page).not.toHaveURL(/status=/);
});

test("keys are searched, counted, filtered and all seen again", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.goToList();
  await search(portal, "depl");
  await expect(portal.id("found-count")).toHaveText("2 keys found");
  await portal.expectRows(["Alpha deploy", "Bravo deploy"]);
  await expect(portal.field("Search keys")).toHaveValue("depl");
  if (portal.js) await expect(portal.page.locator("#live")).toHaveText("2 keys found");

  await portal.filter({ Status: "Disabled" });
  await expect(portal.id("filtered-empty")).toBeVisible();
  await portal.filter({ Status: "Active", "Expires within": "90 days" });
  await expect(portal.page).toHaveURL(/q=depl&.*status=active&.*expires_within=90/);
  await expect(portal.id("remove-filter")).toHaveText([/Status: Active/, /Expires within: 90 days/]);
  await portal.id("remove-filter").first().click();
  await expect(portal.page).toHaveURL(/q=depl&expires_within=90/);
  await portal.id("clear-filters").click();
  await portal.expectRows(FIVE);
});

test("a pasted key leads to its details, and is in no address and no history", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const [key, gone] = await portal.seed(["Alpha", "Bravo"]);
  const seen = [];
  portal.page.on("request", request => seen.push(request.url()));
  await portal.goToList();
  await search(portal, ` ${key.token} `);
  await expect(portal.heading("Alpha")).toBeVisible();
  await expect(portal.success).toContainText("the key you searched for");
  await portal.http.post(PATHS.deletion(gone.id), { csrf: await portal.csrf() });
  await portal.http.get(PATHS.list);
  await portal.goToList();
  await search(portal, gone.token);
  await expect(portal.id("flash-error")).toContainText("None of the keys you can see has this token");
  await expect(portal.field("Search keys")).toHaveValue("");
  for (const url of seen) for (const { token } of [key, gone]) expect(url).not.toContain(token.slice(-20));
});

test("the switch of a row turns a key off and on, and the list stays as it was", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha", "Bravo"]);
  await portal.go(`${PATHS.list}?q=alpha&sort=name`);
  const toggle = portal.page.getByRole("switch", { name: "Alpha is active", exact: true });
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(portal.row("Alpha")).toHaveAttribute("data-status", "disabled");
  await expect(toggle).not.toBeChecked();
  await expect(portal.page).toHaveURL(/q=alpha&sort=name/);
  await portal.settled();
  await toggle.press("Space");
  await expect(portal.row("Alpha")).toHaveAttribute("data-status", "active");
});

test("what is shown is exported", async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.go(`${PATHS.list}?q=deploy&sort=name`);
  await portal.id("export").locator("summary").click();
  const [download] = await Promise.all([portal.page.waitForEvent("download"), portal.id("export-json").click()]);
  expect(download.suggestedFilename()).toMatch(/^api-keys-\d{4}-\d\d-\d\d\.json$/);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  expect(JSON.parse(Buffer.concat(chunks)).map(key => key.name)).toEqual(["Alpha deploy", "Bravo deploy"]);
});
