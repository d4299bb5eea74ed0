// Three projects. A journey without a tag goes once, in the first of them. Tags say where else it goes, and why:
//
//   sqlite-js     everything, once: with JavaScript, on SQLite.
//   sqlite-nojs   what is done in another way without JavaScript: a form or act that is a dialog with a script and a page
//                 without, what only the script refuses or repeats, what the browser keeps of a page. @nojs-too goes here as
//                 well, @nojs here only.
//   postgres-js   what the database brings about, as people see it: order, search, pages of keys, acts on many keys, what is
//                 stored. @postgres-too goes here as well, @postgres here only.
//
// Rules that hold whatever the browser and the database are tested by tests/it, on both databases.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./support/chromium.mjs";

const report = process.env.REPORT;
const hasPostgres = Boolean(process.env.LATCHKEY_TEST_POSTGRES);
if (!hasPostgres) console.log("PostgreSQL is left out: start with tests/postgres to include it.");

const projects = [
  { name: "sqlite-js", grepInvert: /@(nojs|postgres)(?!-too)/, use: { database: "sqlite" } },
  { name: "sqlite-nojs", grep: /@nojs/, use: { database: "sqlite", javaScriptEnabled: false } },
];
if (hasPostgres) projects.push({ name: "postgres-js", grep: /@postgres/, use: { database: "postgres" } });

export default defineConfig({
  testDir: "journeys",
  testMatch: "**/*.mjs",
  outputDir: "results",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  // A journey waits for what happens, never for a time. The limits are for a machine that runs the Rust tests as well.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: report ? [["list"], ["json", { outputFile: report }]] : [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    launchOptions: launchOptions(),
  },
  projects,
});
