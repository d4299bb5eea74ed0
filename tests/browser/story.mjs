#!/usr/bin/env node
// Takes the pictures of the main job for the README: node tests/browser/story.mjs [FOLDER]
// An empty list, the form, the token, the list with the key, its details. They go to docs/story unless another folder is
// named. LATCHKEY_BINARY names the binary; by default it is the last build.
import { mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { withNewOwner } from "./judges/support/demo.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = resolve(process.argv[2] ?? join(root, "docs/story"));
const NAME = "CI deploy bot";

mkdirSync(folder, { recursive: true });
await withNewOwner(async ({ portal }) => {
  const { page } = portal;
  let number = 0;
  const take = async name => {
    await portal.settled();
    await page.evaluate(() => document.fonts.ready);
    const path = join(folder, `${++number}-${name}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    console.log(`${path}: ${Math.round(statSync(path).size / 1000)} kB`);
  };
  await page.setViewportSize({ width: 1024, height: 640 });
  await portal.goToList();
  await take("start");
  await portal.openCreate();
  await portal.fillCreate({ name: NAME });
  await take("name-the-key");
  await portal.id("submit-create").click();
  await expect(portal.heading("Copy your API key")).toBeVisible();
  const token = await portal.token.inputValue();
  await take("copy-the-token");
  await portal.finish(NAME);
  for (let use = 0; use < 3; use++) await portal.http.verify(token);
  await portal.goToList();
  await take("see-it-in-the-list");
  await portal.row(NAME).getByTestId("cell-name").getByRole("link").first().click();
  await expect(portal.id("api-key-detail")).toBeVisible();
  await take("watch-it");
});
