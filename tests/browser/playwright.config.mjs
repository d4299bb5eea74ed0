// Four projects: two databases, with JavaScript and without. Tests carry tags where they do not belong in all four:
// @js and @nojs want JavaScript on or off, @postgres wants that database, @once does not depend on the database.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/chromium.mjs";

const report = process.env.REPORT;
const databases = process.env.LATCHKEY_TEST_POSTGRES ? ["sqlite", "postgres"] : ["sqlite"];
if (databases.length === 1) console.log("PostgreSQL is left out: start with tests/postgres to include it.");

const projects = databases.flatMap(database =>
  [true, false].map(javaScriptEnabled => {
    const others = [javaScriptEnabled ? "@nojs" : "@js", database === "sqlite" ? "@postgres" : "@once"];
    return {
      name: `${database}-${javaScriptEnabled ? "js" : "nojs"}`,
      grepInvert: new RegExp(others.map(tag => `${tag}\\b`).join("|")),
      use: { database, javaScriptEnabled },
    };
  }),
);

export default defineConfig({
  testDir: "journeys",
  testMatch: "*.mjs",
  outputDir: "results",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: report ? [["list"], ["json", { outputFile: report }]] : [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: launchOptions(),
  },
  projects,
});
