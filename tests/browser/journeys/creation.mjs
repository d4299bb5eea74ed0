import { PATHS } from "../support/portal.mjs";
import { fieldOf } from "../support/http.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { LOST } from "../support/watch.mjs";

const dayAfter = (date, days) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/** The dates that the open form allows. */
async function limits(portal) {
  const date = portal.field("Expiration date");
  return { earliest: await date.getAttribute("min"), latest: await date.getAttribute("max") };
}

test("a preset sets the expiration date, and a typed date counts before it", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const { page } = portal;
  const radio = name => page.getByRole("radio", { name, exact: true });
  const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await portal.goToList();
  for (const [name, days, typed] of [["Monthly", 30, null], ["Quarterly", 90, null], ["My own", 90, 12]]) {
    await portal.openCreate();
    await expect(radio("365 days")).toBeChecked();
    await portal.fillCreate({ name });
    await radio(`${days} days`).check();
    if (portal.js) await expect(portal.field("Expiration date")).toHaveValue(inDays(days));
    if (typed) await portal.typeDate(inDays(typed));
    if (typed && portal.js) await expect(radio("Custom date")).toBeChecked();
    await portal.id("submit-create").click();
    await expect(portal.revealDialog).toBeVisible();
    await portal.settled();
    await portal.finish(name);
    const expires = portal.row(name).getByTestId("cell-expires").locator("time");
    expect((await expires.getAttribute("datetime")).slice(0, 10)).toBe(inDays(typed ?? days));
  }
});

test("the empty page says what keys are for, and the first key takes four actions", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.goToList();
  const empty = portal.id("empty-state");
  await expect(empty).toBeVisible();
  await expect(portal.id("api-keys-table")).toHaveCount(0);
  const name = portal.field("What will use this key?");
  await name.fill("x".repeat(65));
  await portal.button("Create your first key").click();
  await expect(portal.createDialog).toBeVisible();
  await expect(portal.field("Name")).toHaveValue("x".repeat(65));
  await expect(portal.id("error-name")).toBeVisible();
  await portal.goToList();

  await name.fill("Checkout");
  await portal.button("Create your first key").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  if (portal.js) await portal.id("copy-key").click();
  await portal.tick.check();
  await portal.done.click();
  await expect(portal.row("Checkout")).toHaveAttribute("data-status", "active");
});

test("Create key opens a form that needs nothing more than a press", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["api KEY  1"]);
  await portal.goToList();
  await portal.openCreate();
  await expect(portal.heading("Create API key")).toBeVisible();
  await expect(portal.field("Name")).toHaveValue("API key 2");
  if (portal.js) await expect(portal.field("Name")).toBeFocused();
  const { earliest, latest } = await limits(portal);
  await expect(portal.field("Expiration date")).toHaveValue(latest);
  expect(dayAfter(earliest, 365)).toBe(latest);
  await portal.id("submit-create").click();
  await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.finish("API key 2");
  await portal.expectRows(["api KEY 1", "API key 2"]);
});

test("what was typed is what the list shows", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  const { earliest } = await limits(portal);
  await portal.go(PATHS.list);
  const expiresOn = dayAfter(earliest, 90);
  await portal.createAndFinish({ name: "  Nightly   backup ", description: "The job on the old server", expiresOn }).catch(async error => {
    // The message has the key's saved name.
    if (!(await portal.success.isVisible())) throw error;
  });
  const row = portal.row("Nightly backup");
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute("data-status", "active");
  await expect(row.getByTestId("cell-name")).toContainText("The job on the old server");
  await expect(row.getByTestId("cell-status")).toHaveText("Active");
  await expect(row.getByTestId("cell-expires").locator("time")).toHaveAttribute("datetime", expiresOn);
  await expect(row.getByTestId("cell-last-used")).toContainText("Never");
});

test("every new key has a token of its own, of which the list shows the ends only", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  const tokens = [await portal.createAndFinish({ name: "One" }), await portal.createAndFinish({ name: "Two" })];
  expect(tokens[0]).not.toBe(tokens[1]);
  for (const [name, token] of [["One", tokens[0]], ["Two", tokens[1]]]) {
    expect(token).toMatch(/^lk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    await expect(portal.row(name).getByTestId("cell-key")).toHaveText(`lk_…${token.slice(-4)}`);
  }
  expect(await portal.page.content()).not.toContain(tokens[0].split("_")[2]);
});

test("a name that differs only in case, blanks or how letters are composed is refused beside the field", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.seed(["Nightly backup", "Café".normalize("NFD")]);
  await portal.goToList();
  await portal.openCreate();
  const { earliest } = await limits(portal);
  const typed = { description: "For the other server", expires_on: dayAfter(earliest, 30) };
  await portal.fillCreate({ description: typed.description, expiresOn: typed.expires_on });
  for (const name of ["Nightly backup", "NIGHTLY backup", "  Nightly \u00a0  backup ", "Café".normalize("NFC")]) {
    await test.step(name, async () => {
      await portal.field("Name").fill(name);
      await portal.submitAgain("submit-create");
      await portal.expectRefused("name", "already has this name", typed);
      await expect(portal.field("Name")).toHaveValue(name);
      if (portal.js) await expect(portal.field("Name")).toBeFocused();
      else await expect(portal.page).toHaveTitle(/^Error: /);
    });
  }

  await portal.field("Name").fill("Another name");
  await portal.id("submit-create").click();
  await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.finish("Another name");
  await expect(portal.rows).toHaveCount(3);
});

test("deleting a key frees its name", async ({ ownerPortal: portal }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  await portal.http.post(PATHS.deletion(key.id), { csrf: await portal.csrf() });
  await portal.goToList();
  await portal.createAndFinish({ name: "Nightly backup" });
  await portal.expectRows(["Nightly backup"]);
});

test("a name that cannot be is refused beside the field", async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ description: "Kept" });
  for (const [fault, name, reason] of [
    ["no name", "   ", "Enter a name"],
    ["65 characters", "я".repeat(65), "64"],
    ["a character that turns the text around", "safe\u202egnihton", "invisible"],
  ]) {
    await test.step(fault, async () => {
      await portal.field("Name").fill(name);
      await portal.submitAgain("submit-create");
      await portal.expectRefused("name", reason, { description: "Kept" });
    });
  }
  await portal.go(PATHS.list);
  await expect(portal.rows).toHaveCount(0);
});

test("the last day that is allowed is accepted, and so is today", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  const { earliest, latest } = await limits(portal);
  await portal.go(PATHS.list);
  await portal.createAndFinish({ name: "For a year", expiresOn: latest });
  await portal.createAndFinish({ name: "For today", expiresOn: earliest });
  await expect(portal.row("For a year").locator("[data-testid=cell-expires] time")).toHaveAttribute("datetime", latest);
  await expect(portal.row("For today").getByTestId("cell-status")).toHaveText("Expires today");
});

test("a date that cannot be is refused beside the field, and what was typed is kept", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  // The browser logs values that a date field cannot display.
  portal.watch.allowText(/^The specified value "[^"]*" does not conform to the required format/);
  await portal.goToList();
  await portal.openCreate();
  const { earliest, latest } = await limits(portal);
  const typed = { name: "Nightly backup", description: "The job on the old server" };
  await portal.fillCreate(typed);
  for (const [fault, expiresOn, reason] of [
    ["after the maximum", dayAfter(latest, 1), /too late: choose \d+ \w+ \d{4} or earlier/],
    ["in the past", dayAfter(earliest, -1), /in the past/],
    ["no date", "", /Enter an expiration date/],
    ["malformed", "tomorrow", /real date/],
    ["in no calendar", "2027-02-30", /real date/],
  ]) {
    await test.step(fault, async () => {
      // A date field does not accept any of these.
      await portal.field("Expiration date").evaluate(input => {
        input.type = "text";
        input.form.noValidate = true;
      });
      await portal.field("Expiration date").fill(expiresOn);
      await portal.submitAgain("submit-create");
      await portal.expectRefused("expires_on", reason, { ...typed, expires_on: expiresOn });
    });
  }
  await portal.field("Expiration date").fill(latest);
  await portal.id("submit-create").click();
  await expect(portal.heading("Copy your API key")).toBeVisible();
});

test("a double click makes one key", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  // Without JavaScript the browser sends the form twice and shows the second answer.
  if (!portal.js) portal.watch.allow(409);
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Nightly backup");
  await portal.id("submit-create").dblclick();
  if (portal.js) await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.settled();
  await expect.poll(async () => (await portal.http.get(PATHS.list)).body.match(/data-testid="api-key-row"/g)?.length).toBe(1);
  if (portal.js) await portal.finish("Nightly backup");
  await portal.goToList();
  await portal.expectRows(["Nightly backup"]);
});

test("Enter pressed twice makes one key", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Nightly backup");
  await portal.page.keyboard.press("Enter");
  await portal.page.keyboard.press("Enter");
  await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.finish("Nightly backup");
  await portal.expectRows(["Nightly backup"]);
});

test("a form that is sent again makes no second key and shows no token", async ({ ownerPortal: portal }) => {
  for (const headers of [{}, { "HX-Request": "true" }]) {
    const form = (await portal.http.get(PATHS.create)).body;
    const name = `Sent ${Object.keys(headers).length + 1} ways`;
    const fields = { csrf: fieldOf(form, "csrf"), form_token: fieldOf(form, "form_token"), name, description: "", expires_on: fieldOf(form, "expires_on") };
    const first = await portal.http.post(PATHS.list, fields, headers);
    expect(first.status).toBe(200);
    expect(first.headers["cache-control"]).toContain("no-store");
    const [token] = first.body.match(/lk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/);
    for (const again of [fields, { ...fields, name: "Another name" }]) {
      const second = await portal.http.post(PATHS.list, again, headers);
      expect(second.status).toBe(409);
      expect(second.body).not.toContain(token.split("_")[2]);
      expect(second.body).not.toContain('data-testid="key-token"');
    }
  }
  await portal.goToList();
  await expect(portal.rows).toHaveCount(2);
});

test("two open forms make two keys", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.create);
  const other = await portal.page.context().newPage();
  await other.goto(PATHS.create);
  await other.getByLabel("Name", { exact: true }).fill("From the other tab");
  await portal.field("Name").fill("From this tab");
  await other.getByTestId("submit-create").click();
  await expect(other.getByTestId("key-token")).toBeVisible();
  await portal.id("submit-create").click();
  await expect(portal.token).toBeVisible();
  await other.close();
  expect((await portal.http.get(PATHS.list)).body.match(/data-testid="api-key-row"/g)).toHaveLength(2);
});

test("at ten keys Create key is inactive and says why, and the server refuses", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.seed(Array.from({ length: 9 }, (_, index) => `Key ${index}`));
  const form = (await portal.http.get(PATHS.create)).body;
  await portal.goToList();
  await expect(portal.page.getByText("9 of 10 keys")).toBeVisible();
  await expect(portal.id("create-key")).not.toHaveAttribute("aria-disabled", "true");
  await portal.seed(["Key 9"]);
  await portal.goToList();
  await expect(portal.page.getByText("10 of 10 keys")).toBeVisible();

  const create = portal.id("create-key");
  await expect(create).toHaveAttribute("aria-disabled", "true");
  await create.focus();
  await expect(create).toBeFocused();
  const note = portal.page.locator(`#${await create.getAttribute("aria-describedby")}`);
  // Playwright waits for an inactive button to become active; a person just presses it.
  await create.click({ force: true });
  if (portal.js) {
    await expect(note).toBeVisible();
    await expect(note).toContainText("Delete a key");
    await expect(portal.page.locator("#live")).toContainText("Delete a key");
    await expect(portal.page.locator("main .message.bad")).toHaveText("10 of 10 keys. Delete a key to make room for another.");
    await expect(portal.createDialog).toHaveCount(0);
    await expect(portal.page).toHaveURL(PATHS.list);
  } else {
    await expect(portal.id("form-error")).toContainText("10 keys");
  }

  const fields = { csrf: fieldOf(form, "csrf"), form_token: fieldOf(form, "form_token"), name: "One too many", description: "", expires_on: fieldOf(form, "expires_on") };
  const answer = await portal.http.post(PATHS.list, fields);
  expect(answer.status).toBe(422);
  expect(answer.body).toContain('data-testid="form-error"');
  expect(answer.body).not.toContain('data-testid="key-token"');
  await portal.goToList();
  await expect(portal.rows).toHaveCount(10);
  await expect(portal.row("One too many")).toHaveCount(0);
});

test("a key that is not confirmed counts towards the ten", async ({ ownerPortal: portal }) => {
  await portal.seed(Array.from({ length: 10 }, (_, index) => `Key ${index}`), { confirm: false });
  await portal.goToList();
  await expect(portal.id("create-key")).toHaveAttribute("aria-disabled", "true");
});

test("Cancel makes no key", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Nightly backup");
  await portal.id("cancel-action").click();
  await expect(portal.createDialog).toHaveCount(0);
  await expect(portal.heading("API keys")).toBeVisible();
  await expect(portal.rows).toHaveCount(0);
  if (portal.js) await expect(portal.id("create-key")).toBeFocused();
});

for (const [way, close] of [
  ["Esc", page => page.keyboard.press("Escape")],
  ["a click outside", page => page.mouse.click(5, 5)],
]) {
  test(`${way} closes the create dialog and gives the focus back`, async ({ ownerPortal: portal }) => {
    await portal.goToList();
    await portal.openCreate();
    // A click that follows too soon counts as the second half of the one that opened the dialog.
    await expect(async () => {
      await close(portal.page);
      await expect(portal.createDialog).toHaveCount(0, { timeout: 100 });
    }).toPass();
    await expect(portal.id("create-key")).toBeFocused();
    await expect(portal.rows).toHaveCount(0);
  });
}

test("what was typed is not thrown away before one is told", async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Nightly backup");
  await portal.page.keyboard.press("Escape");
  await expect(portal.createDialog).toContainText("What you typed is not saved");
  await expect(portal.field("Name")).toHaveValue("Nightly backup");
  await portal.page.keyboard.press("Escape");
  await expect(portal.createDialog).toHaveCount(0);
  await expect(portal.rows).toHaveCount(0);
});

test("a server that does not answer is told, and the form can be sent again", async ({ ownerPortal: portal }) => {
  const { page } = portal;
  portal.watch.allowText(LOST);
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Nightly backup");
  await page.context().setOffline(true);
  await portal.id("submit-create").click();
  await expect(portal.id("flash-error")).toBeVisible();
  await expect(portal.field("Name")).toHaveValue("Nightly backup");
  await page.context().setOffline(false);
  await portal.settled();
  await portal.id("submit-create").click();
  await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.finish("Nightly backup");
  await portal.expectRows(["Nightly backup"]);
});

test("the form is also a page of its own", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.create);
  await expect(portal.page.getByRole("heading", { level: 1 })).toHaveText("Create API key");
  await expect(portal.page).toHaveTitle("Create API key – Latchkey");
  await portal.field("Name").fill("Nightly backup");
  await portal.id("submit-create").click();
  await expect(portal.page.getByRole("heading", { level: 1 })).toHaveText("Copy your API key");
  await portal.settled();
  await portal.finish("Nightly backup");
  await portal.expectRows(["Nightly backup"]);
});

test("names that try to be markup are text everywhere", async ({ ownerPortal: portal }) => {
  const names = ['<script>alert("x")</script>', `"><img src=x onerror=alert(1)>'`, "{{ 7 * 7 }} & &amp;", "👩‍👩‍👧 ключ مفتاح", "W".repeat(64)];
  await portal.goToList();
  for (const name of names) await portal.createAndFinish({ name });
  await portal.expectRows(names);
  for (const name of names) await expect(portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true })).toBeVisible();
});
