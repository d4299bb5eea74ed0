// "Step-by-step guide on API key management", from its first to its last sentence.
import { paste } from "../../support/clipboard.mjs";
import { agree, arrive, expect, expectVerified, step, test } from "../../support/manual.mjs";

test("the guide with key and secret reads true under key-and-secret", async ({ portal }) => {
  test.slow();
  const { page } = portal;
  await arrive(portal, "key-and-secret", "member");
  await portal.goToList();
  let token;
  await step("001.01", async () => {
    await portal.id("create-key").click();
    await expect(portal.revealDialog).toBeVisible();
    await portal.settled();
    token = await portal.token.inputValue();
  });
  const [, lookup, secret] = token.split("_");
  await step("001.02", async () => {
    if (portal.js) await expect(page.locator("dialog[open]")).toBeVisible();
    await expect(portal.id("key-lookup")).toHaveValue(new RegExp(`${lookup}$`));
    await expect(portal.id("key-secret")).toHaveValue(secret);
  });
  await step("001.06", async () => expect(portal.revealDialog).toContainText("do not share it with anyone"));
  await step("001.05", async () => {
    if (portal.js) {
      await page.context().grantPermissions(["clipboard-write"]);
      await portal.id("copy-secret").click();
    } else {
      await portal.id("key-secret").focus();
      await page.keyboard.press("Control+A");
      await page.keyboard.press("Control+C");
    }
    expect(await paste(page.context())).toBe(secret);
  });
  await step("001.03", async () => {
    // As HTTP Basic has it: the key for the user, the secret for the password.
    const basic = (user, password) => portal.http.verifyBasic(user, password);
    expect(await basic(lookup, secret)).toBe("VALID");
    expect(await basic(lookup, secret.replace(/^./, letter => (letter === "a" ? "b" : "a")))).toBe("NOT_FOUND");
  });
  await portal.done.click();
  await expect(portal.heading("API keys")).toBeVisible();
  await portal.settled();
  const name = "API key 1";
  const row = portal.row(name);
  await step("001.07", async () => {
    await expect(row).toBeVisible();
    await expect(row.getByTestId("cell-name")).toContainText(name);
  });
  await step("001.04", async () => {
    expect(await page.content()).not.toContain(secret);
    await row.getByTestId("cell-name").getByRole("link").click();
    await expect(portal.heading(name)).toBeVisible();
    expect(await page.content()).not.toContain(secret);
    await expect(portal.id("show-token")).toHaveCount(0);
    await portal.goToList();
  });
  await step("001.08", async () => {
    const created = await row.getByTestId("cell-created").locator("time").getAttribute("datetime");
    expect(Date.now() - Date.parse(created)).toBeLessThan(120_000);
  });
  await step("001.09", async () => expect(row.getByTestId("cell-key")).toContainText(lookup));
  await step("001.10", async () => {
    const toggle = () => row.getByTestId("status-switch");
    await expect(toggle()).toHaveAttribute("aria-checked", "true");
    await toggle().click();
    await expect(toggle()).toHaveAttribute("aria-checked", "false");
    await portal.settled();
    await expectVerified(portal, token, "DISABLED");
    await toggle().click();
    await expect(toggle()).toHaveAttribute("aria-checked", "true");
    await portal.settled();
    await expectVerified(portal, token, "VALID");
  });
  await step("001.11", async () => {
    await expect(portal.menu(name)).toHaveText("⋯");
    await expect(portal.menu(name)).toHaveAttribute("aria-haspopup", "menu");
  });
  await step("001.18", async () => {
    await portal.openRename(name);
  });
  await step("001.19", async () => {
    await portal.field("Name").fill("Video wall");
    await portal.page.getByRole("button", { name: "Rename", exact: true }).click();
    await expect(portal.row("Video wall")).toBeVisible();
    await portal.settled();
    await portal.goToList();
    await portal.id("create-key").click();
    await expect(portal.revealDialog).toBeVisible();
    await portal.settled();
    await portal.done.click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
    await portal.openRename(name);
    portal.watch.allow(422);
    await portal.field("Name").fill("video WALL");
    await portal.id("save-name").click();
    await expect(portal.id("error-name")).toContainText("already");
    await portal.settled();
    await portal.goToList();
  });
  await step("001.20", async () => portal.expectRows(["Video wall", name]));
  await step("001.12", async () => {
    await portal.seed(["3", "4", "5", "6", "7", "8", "9", "10"], { confirm: false });
    await portal.goToList();
    await expect(portal.page.getByText("10 of 10 keys")).toBeVisible();
    await expect(portal.rows).toHaveCount(10);
  });
  await step("001.13", async () => expect(portal.id("create-key")).toHaveAttribute("aria-disabled", "true"));
  await step("001.14", async () => {
    await portal.choose("Video wall", "delete-key");
    await expect(portal.confirmDialog).toBeVisible();
    await portal.settled();
  });
  await step("001.15", async () => expect(portal.confirmDialog).toContainText("cannot be undone"));
  await step("001.16", async () => {
    await agree(portal);
    await expect(portal.row("Video wall")).toHaveCount(0);
    await expectVerified(portal, token, "NOT_FOUND");
  });
  await step("001.17", async () => {
    await expect(portal.success).toContainText("Video wall");
    // In another tab the key goes first.
    const id = await row.getAttribute("data-key-id");
    await portal.choose(name, "delete-key");
    await expect(portal.confirmDialog).toBeVisible();
    await portal.settled();
    await portal.http.post(`/settings/developers/api-keys/${id}/deletion`, { csrf: await portal.csrf() });
    // Takes the message away that the next page would show.
    await portal.http.get("/settings/developers/api-keys");
    portal.watch.allow(404);
    await portal.id("confirm-action").click();
    await expect(portal.id("flash-error")).toBeVisible();
  });
});
