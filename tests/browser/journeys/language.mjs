// The language of the pages: that of the account, or else of the browser.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const html = page => page.locator("html");

async function choose(portal, label, language) {
  await portal.page.getByRole("combobox", { name: label, exact: true }).selectOption(language);
  if (!portal.js) await portal.id("save-account").click();
  await expect(portal.success).toBeVisible();
  await portal.settled();
}

test("a language is chosen: the page stays in place, the choice holds everywhere until it is taken back", { tag: "@nojs-too" }, async ({ portal, owner, page, secondPortal }) => {
  await portal.seed(["Nightly backup"]);
  await portal.go(PATHS.account);
  await choose(portal, "Language", "ru");
  await expect(page, "one is where one was").toHaveURL(PATHS.account);
  await expect(html(page)).toHaveAttribute("lang", "ru");
  await expect(portal.heading("Ваша учётная запись")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Язык" })).toHaveValue("ru");

  // On every page, with the same addresses, after a reload.
  await portal.go(`${PATHS.list}?sort=name&status=active`);
  await expect(portal.heading("API-ключи")).toBeVisible();
  await expect(portal.id("found-count")).toHaveText("Найдено: 1 ключ");
  await page.reload();
  await portal.settled();
  await expect(html(page)).toHaveAttribute("lang", "ru");
  await portal.go(PATHS.create);
  await expect(page.locator("#name"), "a new key is called in that language").toHaveValue("API-ключ 1");

  // Signed out, it is the language of the browser; in another browser, that of the person.
  await portal.button("Выйти").click();
  await expect(portal.button("Sign in")).toBeVisible();
  await portal.settled();
  await expect(html(page)).toHaveAttribute("lang", "en");
  await secondPortal.go(PATHS.signIn);
  await secondPortal.field("Email").fill(owner.email);
  await secondPortal.field("Password").fill(owner.password);
  await secondPortal.button("Sign in").click();
  await expect(secondPortal.button("Выйти")).toBeVisible();
  await secondPortal.settled();

  await secondPortal.go(PATHS.account);
  await choose(secondPortal, "Язык", "browser");
  await expect(html(secondPortal.page)).toHaveAttribute("lang", "en");
  await expect(secondPortal.heading("Your account")).toBeVisible();
});

test.describe("with a Russian browser", () => {
  test.use({ locale: "ru-RU", registered: false });

  test("who is signed out, or has chosen nothing, is spoken to in Russian", async ({ portal, page }) => {
    for (const path of [PATHS.signIn, PATHS.registration]) {
      await portal.go(path);
      await expect(html(page)).toHaveAttribute("lang", "ru");
    }
    await page.locator("#organization_name").fill("Аналитика");
    await page.locator("#name").fill("Ада");
    await page.locator("#email").fill("ada@example.org");
    await page.locator("#password").fill("violin harbour plum kettle");
    await page.locator("main form button.primary").click();
    await expect(portal.button("Выйти")).toBeVisible();
    await portal.settled();
    await portal.go(PATHS.account);
    await choose(portal, "Язык", "en");
    await expect(html(page)).toHaveAttribute("lang", "en");
    await expect(page).toHaveURL(PATHS.account);
    await portal.button("Sign out").click();
    await expect(portal.button("Войти"), "the choice is the account's, not the browser's").toBeVisible();
    await portal.settled();
  });
});

test("theme and language are selected before sign-in", { tag: "@nojs-too" }, async ({ portal, page }) => {
  await portal.go(PATHS.signIn);
  await portal.button("Dark").click();
  await expect(html(page)).toHaveAttribute("data-theme", "dark");
  await expect(portal.button("Dark")).toHaveAttribute("aria-pressed", "true");
  await portal.button("Русский").click();
  await expect(html(page)).toHaveAttribute("lang", "ru");
  await expect(portal.button("Войти")).toBeVisible();
  await expect(html(page)).toHaveAttribute("data-theme", "dark");
});
