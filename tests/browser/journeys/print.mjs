// What comes out of a printer: what a page says, without its controls.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const CONTROLS = "button, .button, input, select, textarea, .chart summary, [role=switch], [role=menu], nav, header.top, footer, .skip";

/** The controls that would be printed. */
const printed = page => page.evaluate(controls => [...document.querySelectorAll(controls)]
  .filter(element => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1 && !element.closest(".vh"))
  .map(element => element.outerHTML.replace(/\s+/g, " ").slice(0, 120)), CONTROLS);

test("the list and the details of a key are printed without controls", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  const project = await portal.seedProject("Shop");
  const [key] = await portal.seed(["Nightly backup", "Deployment"], { project, description: "Runs at night" });
  await portal.seed(["Not confirmed yet"], { confirm: false });
  await portal.http.verify(key.token);
  await portal.goToOrganization();
  await page.emulateMedia({ media: "print" });
  expect(await printed(page)).toEqual([]);
  for (const cell of ["cell-name", "cell-key", "cell-project", "cell-owner", "cell-status", "cell-created", "cell-expires"]) {
    await expect(portal.row("Nightly backup").getByTestId(cell), cell).toBeVisible();
  }
  await expect(portal.heading("API keys")).toBeVisible();

  await page.emulateMedia({ media: "screen" });
  await portal.go(PATHS.details(key.id));
  await page.emulateMedia({ media: "print" });
  expect(await printed(page)).toEqual([]);
  await expect(portal.heading("Nightly backup")).toBeVisible();
  for (const text of ["Runs at night", key.token.split("_")[1]]) await expect(page.getByText(text).first(), text).toBeVisible();
  await page.emulateMedia({ media: "screen" });
});

test("nothing is cut off on a sheet of paper", async ({ ownerPortal: portal, page }) => {
  const project = await portal.seedProject("W".repeat(64));
  const [key] = await portal.seed(["W".repeat(64), "Экспорт отчётов مفتاح"], { project, description: "Where it is used: ".repeat(10).trim() });
  await page.emulateMedia({ media: "print" });
  // The width of A4 without its margins.
  await page.setViewportSize({ width: 718, height: 1000 });
  for (const path of [PATHS.organization, PATHS.details(key.id)]) {
    await portal.go(path);
    const { wide, cut } = await page.evaluate(() => ({
      wide: document.scrollingElement.scrollWidth,
      cut: [...document.querySelectorAll("main *")].filter(element => element.checkVisibility() && !element.closest(".vh")
        && getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1).map(element => element.outerHTML.slice(0, 120)),
    }));
    expect(wide, path).toBeLessThanOrEqual(718);
    expect(cut, path).toEqual([]);
  }
});
