// The watch over all journeys must itself be able to bite.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("the watch notices messages, errors, forbidden scripts and foreign requests", { tag: ["@js", "@once"] }, async ({ portal, page, watch }) => {
  await portal.go(PATHS.registration);
  expect(watch.take()).toEqual([]);
  await page.evaluate(() => {
    console.info("planted message");
    setTimeout(() => { throw new Error("planted error") });
    const script = document.createElement("script");
    script.textContent = "planted = true";
    document.head.append(script);
    document.querySelector("h1").setAttribute("style", "color: red");
    new Image().src = "http://127.0.0.2:9/planted.png";
    return fetch("/planted", { method: "POST" });
  });
  const faults = [];
  await expect.poll(() => faults.push(...watch.take()) && faults.join("\n")).toMatch(/planted error/);
  const text = faults.join("\n");
  expect(text).toMatch(/planted message/);
  expect(text).toMatch(/violates the following Content Security Policy directive.*script-src/);
  expect(text).toMatch(/violates the following Content Security Policy directive.*style-src/);
  expect(text).toMatch(/127\.0\.0\.2/);
  expect(text).toMatch(/status of 40\d/);
  expect(await page.evaluate(() => "planted" in window)).toBe(false);
});

test("the browser brings pages back from memory, so that pressing Back proves something", { tag: ["@js", "@once"] }, async ({ portal, page }) => {
  await portal.go(PATHS.registration);
  // No page of the portal: those may forbid it. (And it names no icon, so that the browser asks for the usual one.)
  portal.watch.allow(404);
  const style = await page.locator("link[rel=stylesheet]").getAttribute("href");
  await page.goto(style);
  await page.evaluate(() => { window.planted = true });
  await portal.go(PATHS.registration);
  await page.goBack({ waitUntil: "commit" });
  await expect(page).toHaveURL(style);
  expect(await page.evaluate(() => window.planted)).toBe(true);
});
