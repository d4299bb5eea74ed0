// Smart Onboarding, "Generate API Key", from its first to its last sentence.
import { newPerson } from "../../support/portal.mjs";
import { PATHS, agree, arrive, expect, expectUpperRight, expectVerified, press, seeToken, step, test } from "../../support/manual.mjs";

test("the manual of Smart Onboarding reads true under token-vault", async ({ portal, secondPortal, server }) => {
  test.slow();
  await arrive(portal, "token-vault", "administrator");
  await step("004.04", async () => {
    const member = newPerson("Max Member", "member");
    await server.createUser(member);
    await secondPortal.signIn(member);
    await secondPortal.goToList();
    await expect(secondPortal.id("create-key")).toHaveCount(0);
    secondPortal.watch.allow(403);
    expect((await secondPortal.go(PATHS.create)).status()).toBe(403);
  });
  await step("004.05", async () => {
    await portal.page.getByRole("navigation").getByRole("link", { name: "API keys" }).first().click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
  });
  await step("004.06", async () => {
    await expectUpperRight(portal, portal.id("create-key"));
    await portal.openCreate();
  });
  await step("004.07", async () => {
    await portal.field("Name").fill("Bank register");
    await portal.id("submit-create").click();
    await expect(portal.revealDialog).toBeVisible();
    await portal.settled();
  });
  const token = await portal.token.inputValue();
  await step("004.09", async () => {
    expect(token).toMatch(/^lk_/);
    await portal.done.click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
  });
  const row = portal.row("Bank register");
  await step("004.10", async () => portal.expectRows(["Bank register"]));
  await step("004.11", async () => {
    await expect(row.getByTestId("cell-status")).toContainText("Active");
  });
  await step("004.08", async () => {
    await seeToken(portal, "Bank register", "row-show");
    await expect(portal.token).toHaveValue(token);
    await portal.goToList();
    expect(await portal.page.content()).not.toContain(token.split("_")[2]);
  });
  await step("004.13", async () => {
    const created = row.getByTestId("cell-created").locator("time");
    await expect(row.getByTestId("cell-last-used")).toContainText(await created.getAttribute("title"));
    await expect(row.getByTestId("cell-last-used")).toHaveText(/^Never .*\d{4}, \d\d:\d\d UTC$/);
  });
  await step("004.01", async () => {
    const [other] = await portal.seed(["Tax office"], { confirm: false });
    expect(other.token).not.toBe(token);
    await expectVerified(portal, other.token, "VALID");
    await portal.goToList();
  });
  await step("004.02", async () => {
    const [, lookup, secret] = token.split("_");
    expect(await portal.http.verifyBasic(lookup, secret)).toBe("VALID");
  });
  await step("004.03", async () => {
    const { permissions } = await expectVerified(portal, token, "VALID");
    expect(permissions).toContain("api_keys.verify");
    expect(server.stored()).not.toContain(token.split("_")[2]);
  });
  await step("004.12", async () => {
    await press(portal, "Bank register", "row-revoke", portal.confirmDialog);
    await agree(portal);
    await portal.goToList();
  });
  await step("004.14", async () => {
    await expect(row).toHaveAttribute("data-status", "revoked");
    await expect(row.getByTestId("cell-status")).toContainText("Revoked");
  });
  await step("004.15", async () => expectVerified(portal, token, "REVOKED"));
});
