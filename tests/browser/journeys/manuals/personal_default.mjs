// "API-Key Manager", from its first to its last sentence.
import { execFileSync } from "node:child_process";
import { PATHS, agree, arrive, columns, expect, expectUpperRight, expectVerified, press, seeToken, step, test } from "../../support/manual.mjs";

const SYSTEM = "Auto-Generated API Key (Created By System)";

test("the manual of the API-Key Manager reads true under personal-default", async ({ portal, server }) => {
  test.slow();
  const { page } = portal;
  await arrive(portal, "personal-default", "member");
  await step("003.09", async () => {
    await portal.page.getByRole("navigation").getByRole("link", { name: "API keys" }).first().click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
  });
  await step("003.04", async () => portal.expectRows([SYSTEM]));
  await step("003.05", async () => {
    await expect(portal.row(SYSTEM)).toHaveAttribute("data-status", "active");
    await expect(portal.row(SYSTEM)).toContainText("Created by system");
  });
  let system;
  await step("003.12", async () => {
    const row = portal.row(SYSTEM);
    for (const button of ["row-copy", "row-edit", "row-delete"]) await expect(row.getByTestId(button)).toBeVisible();
    await seeToken(portal, SYSTEM, "row-copy");
    system = await portal.token.inputValue();
    await portal.goToList();
  });
  const curl = (token, file) => execFileSync("curl", ["--silent", "--show-error", "--header", `Authorization: Bearer ${token}`, `${server.address}${PATHS.list}/export.${file}`], { encoding: "utf8" });
  await step("003.01", async () => {
    const [key] = JSON.parse(curl(system, "json"));
    expect(key.name).toBe(SYSTEM);
  });
  await step("003.02", async () => expect(curl(system, "csv")).toContain(SYSTEM));
  await step("003.13", async () => {
    await expectUpperRight(portal, portal.id("create-key"));
    await expect(portal.id("create-key")).toHaveAttribute("href", PATHS.create);
    await portal.go(PATHS.create);
    await expect(portal.createDialog).toBeVisible();
  });
  await step("003.14", async () => {
    await portal.field("Name").fill("Exporting day-to-day reports");
    await portal.openOptions();
    await portal.field("Description").fill("Every night at two");
  });
  await step("003.16", async () => {
    await expect(portal.field("Expiration date")).toHaveValue("");
    await expect(portal.field("Expiration date")).not.toHaveAttribute("required", "");
    await expect(portal.createDialog).toContainText("Choose a date all the same");
  });
  let end;
  await step("003.15", async () => {
    end = await portal.field("Expiration date").getAttribute("min");
    await portal.field("Expiration date").fill(end);
  });
  await step("003.17", async () => {
    await portal.openOptions();
    await expect(portal.field("Status")).toHaveValue("active");
    await expect(portal.field("Status").locator("option")).toHaveText(["Active", "Disabled"]);
  });
  let token;
  await step("003.18", async () => {
    await portal.id("submit-create").click();
    await expect(portal.heading("Copy your API key")).toBeVisible();
    await portal.settled();
    token = await portal.token.inputValue();
    await portal.done.click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
    await expect(portal.row("Exporting day-to-day reports")).toHaveAttribute("data-status", "active");
    await expectVerified(portal, token, "VALID");
  });
  await step("003.10", async () => portal.expectRows([SYSTEM, "Exporting day-to-day reports"]));
  await step("003.11", async () => {
    const heads = await columns(portal);
    const at = ["Name", "Key", "Status", "Expires", "Last used"].map(head => heads.indexOf(head));
    expect(Math.min(...at)).toBeGreaterThanOrEqual(0);
    expect(heads.indexOf("Name")).toBeLessThan(heads.indexOf("Key"));
  });
  await step("003.06", async () => {
    // One more, and the one of the system still works: both at once.
    await expectVerified(portal, system, "VALID");
    await expect(page.getByText("1 of 10 keys")).toBeVisible();
  });
  await step("003.07", async () => {
    await press(portal, SYSTEM, "row-delete", portal.confirmDialog);
    await agree(portal);
    await expectVerified(portal, system, "NOT_FOUND");
  });
  await step("003.08", async () => {
    await portal.expectRows([SYSTEM, "Exporting day-to-day reports"]);
    await seeToken(portal, SYSTEM, "row-copy");
    const next = await portal.token.inputValue();
    expect(next).not.toBe(system);
    await expectVerified(portal, next, "VALID");
  });
});
