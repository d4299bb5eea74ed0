// Three projects. Every journey goes once with JavaScript and once without, on SQLite. On PostgreSQL go those in which the
// database does the work: the rules themselves are tested on both databases by tests/it.
// Tags: @js and @nojs want JavaScript on or off; @postgres wants PostgreSQL; @once does not depend on the database.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/chromium.mjs";

const report = process.env.REPORT;
const hasPostgres = Boolean(process.env.LATCHKEY_TEST_POSTGRES);
if (!hasPostgres) console.log("PostgreSQL is left out: start with tests/postgres to include it.");

const ON_POSTGRES = ["listing", "searching", "owners", "picked", "bulk", "deletion", "account", "secrets", "manuals/*"];

const project = (database, javaScriptEnabled, leftOut, testMatch) => ({
  name: `${database}-${javaScriptEnabled ? "js" : "nojs"}`,
  testMatch,
  grepInvert: new RegExp(leftOut.map(tag => `${tag}\\b`).join("|")),
  use: { database, javaScriptEnabled },
});

const projects = [
  project("sqlite", true, ["@nojs", "@postgres"], "**/*.mjs"),
  project("sqlite", false, ["@js", "@postgres"], "**/*.mjs"),
];
if (hasPostgres) projects.push(project("postgres", true, ["@nojs", "@once"], ON_POSTGRES.map(name => `**/${name}.mjs`)));

export default defineConfig({
  testDir: "journeys",
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
