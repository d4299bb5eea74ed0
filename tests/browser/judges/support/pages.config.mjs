// The states of all pages, in every language, with JavaScript and without. Started by judges/pages.mjs.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "../../support/chromium.mjs";

const languages = { en: "en-GB", ru: "ru-RU" };
const projects = Object.entries(languages).flatMap(([pageLanguage, locale]) => [
  { name: pageLanguage, use: { pageLanguage, locale } },
  { name: `${pageLanguage}-nojs`, use: { pageLanguage, locale, javaScriptEnabled: false } },
]);

export default defineConfig({
  testDir: ".",
  testMatch: "pages.spec.mjs",
  outputDir: "../../results",
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["line"]],
  use: {
    database: "sqlite",
    viewport: { width: 1280, height: 800 },
    timezoneId: "UTC",
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    launchOptions: launchOptions(),
  },
  projects,
});
