// The journeys of the main job in Firefox, by WebDriver BiDi. Started by judges/firefox.mjs.
import { defineConfig } from "@playwright/test";

const launch = { channel: "moz-firefox", executablePath: process.env.FIREFOX };

export default defineConfig({
  testDir: "../../journeys",
  testMatch: "**/*.mjs",
  outputDir: "../../results",
  fullyParallel: true,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: process.env.JUDGE_REPORT }]],
  use: {
    browserName: "firefox",
    database: "sqlite",
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: launch,
  },
  // With scripts only: by WebDriver BiDi, Playwright can neither turn them off nor wait for a page that has none.
  grepInvert: /@((nojs|postgres)(?!-too)|chromium)/,
});
