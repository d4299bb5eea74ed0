// The journeys of the main job in Firefox, by WebDriver BiDi. Started by judges/firefox.mjs.
import { defineConfig } from "@playwright/test";

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
    launchOptions: { channel: "moz-firefox", executablePath: process.env.FIREFOX },
  },
  projects: [
    { name: "js", grepInvert: /@nojs(?!-too)/ },
    { name: "nojs", grep: /@nojs/, use: { javaScriptEnabled: false } },
  ],
});
