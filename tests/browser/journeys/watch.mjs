// The watch over all journeys must itself be able to fail.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("the watch notices messages, errors, forbidden scripts and foreign requests", async ({ portal, page, watch }) => {
  await portal.go(PATHS.signIn);
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

