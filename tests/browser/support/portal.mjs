// The pages as a person finds them: by label, role and test id. Knows whether JavaScript is on, so that one journey
// serves both ways. Never waits for time to pass, only for visible changes.
import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";
import { translate } from "./catalogue.mjs";
import { Http, fieldOf, textareaOf } from "./http.mjs";

const LIST = "/settings/developers/api-keys";

export const PATHS = {
  home: "/",
  signIn: "/sign-in",
  registration: "/registration",
  settings: "/settings",
  account: "/settings/account",
  sessions: "/settings/account/sessions",
  list: LIST,
  create: `${LIST}/new`,
  bulkDeletion: `${LIST}/bulk-deletion`,
  allDeletion: `${LIST}/all-deletion`,
  verification: "/settings/developers/verification",
  members: "/settings/members",
  newInvitation: "/settings/members/invitations/new",
  organization: `${LIST}?view=organization`,
  projects: "/settings/projects",
  permissions: "/settings/developers/permissions",
  details: id => `${LIST}/${id}`,
  deletion: id => `${LIST}/${id}/deletion`,
  confirmation: id => `${LIST}/${id}/confirmation`,
};

/** An id of the right form that no key has. */
export const unknownIdLike = id => id.slice(0, -6) + (id.at(-2) === "a" ? "bbbbb" : "aaaaa") + id.at(-1);

/** A person nobody has seen before, with a password that is found nowhere by chance. */
export function newPerson(name = "Ada Lovelace", role = "owner") {
  const mark = randomBytes(5).toString("hex");
  return { name, role, email: `${role}-${mark}@example.org`, password: `violin ${mark} harbour plum`, organization: "Analytical Engines" };
}

export class Portal {
  constructor(page, { javaScript, server, watch, language = "en" }) {
    this.page = page;
    this.language = language;
    this.js = javaScript;
    this.server = server;
    this.watch = watch;
    this.http = new Http(page.context(), server.address);
  }

  // --- Finding ---

  id(testId) { return this.page.getByTestId(testId) }
  /** An English label, as the pages have it in their language. */
  label(text) { return this.language === "en" ? text : translate(text, this.language) }
  heading(name) { return this.page.getByRole("heading", { name: this.label(name), exact: true }) }
  button(name) { return this.page.getByRole("button", { name: this.label(name), exact: true }) }
  link(name) { return this.page.getByRole("link", { name: this.label(name), exact: true }) }
  field(label) { return this.page.getByLabel(this.label(label), { exact: true }) }
  get rows() { return this.id("api-key-row") }
  row(name) { return this.page.locator(`[data-testid="api-key-row"][data-key-name=${JSON.stringify(name)}]`) }
  selectBox(name) { return this.row(name).locator("[name=id]") }
  get createDialog() { return this.id("create-dialog") }
  get revealDialog() { return this.id("reveal-dialog") }
  get confirmDialog() { return this.id("confirm-dialog") }
  get success() { return this.id("flash-success") }
  get tick() { return this.id("copied-confirmation") }
  get done() { return this.id("finish-create") }
  get token() { return this.id("key-token") }

  rowNames() { return this.rows.evaluateAll(rows => rows.map(row => row.dataset.keyName)) }

  /** Expects the list to hold exactly these keys, in any order. */
  async expectRows(names) {
    await expect(this.rows).toHaveCount(names.length);
    expect((await this.rowNames()).toSorted()).toEqual(names.toSorted());
  }

  // --- Going ---

  /** Waits until the page's script has run and no request of it is open. */
  async settled() {
    const ready = this.js ? `html.js[data-busy="0"]` : `html[data-busy="0"]`;
    await expect(this.page.locator(ready)).toBeAttached();
  }

  async go(path) {
    const answer = await this.page.goto(path);
    await this.settled();
    return answer;
  }

  async goToOrganization() {
    await this.go(PATHS.organization);
    await expect(this.id("view-organization")).toHaveAttribute("aria-current", "page");
  }

  /** Through the browser's history: `goBack` or `goForward`. Without JavaScript it may not have kept the page. */
  async travel(direction) {
    // A page that the browser kept loads nothing, so there is no load to wait for.
    await this.page[direction]({ waitUntil: "commit" }).catch(error => expect(error.message).toContain("ERR_CACHE_MISS"));
    await expect.poll(() => this.page.evaluate(() => document.readyState).catch(() => "moving on")).toBe("complete");
  }

  async goToList() {
    await this.go(PATHS.list);
    await expect(this.heading("API keys")).toBeVisible();
  }

  // --- People ---

  async register(person) {
    await this.go(PATHS.registration);
    await this.field("Organization name").fill(person.organization);
    await this.field("Your name").fill(person.name);
    await this.field("Email").fill(person.email);
    await this.field("Password").fill(person.password);
    await this.button("Create account").click();
    await expect(this.button("Sign out")).toBeVisible();
    await this.settled();
  }

  async signIn({ email, password }) {
    if (new URL(this.page.url(), "http://x").pathname !== PATHS.signIn) await this.go(PATHS.signIn);
    await this.field("Email").fill(email);
    await this.field("Password").fill(password);
    await this.button("Sign in").click();
    await expect(this.button("Sign out")).toBeVisible();
    await this.settled();
  }

  async signOut() {
    if (this.page.url() === "about:blank") await this.go(PATHS.home);
    await this.button("Sign out").click();
    await expect(this.button("Sign in")).toBeVisible();
    await this.settled();
  }

  // --- Members ---

  member(email) { return this.page.locator(`[data-testid="member-row"][data-email=${JSON.stringify(email)}]`) }

  /** From the list to the dialog that shows the link; gives the link. */
  async invite({ email, role = "Member" }) {
    await this.id("invite-member").click();
    await expect(this.heading("Invite a member")).toBeVisible();
    await this.settled();
    await this.field("Email").fill(email);
    await this.page.locator(`[name=role][value=${role.toLowerCase()}]`).check();
    await this.id("submit-invite").click();
    await expect(this.heading("Copy the invitation link")).toBeVisible();
    await this.settled();
    return this.id("invitation-link").inputValue();
  }

  /** Opens what this control of a member's row asks, and agrees. */
  async decide(email, control, choose = async () => {}) {
    await this.member(email).getByTestId(control).click();
    await expect(this.confirmDialog).toBeVisible();
    await this.settled();
    await choose();
    await this.id("confirm-action").click();
    await expect(this.success).toBeVisible();
    await this.settled();
  }

  // --- Acts on a key ---

  menu(name) { return this.row(name).getByTestId("row-menu") }

  /** From the list, by the menu of the row, to what this item of it leads to. */
  async choose(name, item) {
    await this.openMenu(name);
    await this.id(item).click();
  }

  async openMenu(name) {
    await this.menu(name).click();
    await expect(this.actions).toBeVisible();
    await this.settled();
  }

  /** What can be done to a key: a menu at its button, or a page. */
  get actions() { return this.id(this.js ? "actions-menu" : "actions-page") }

  // --- Filters ---

  async openFilters() {
    if (!await this.id("filters").isVisible()) await this.id("open-filters").click();
    await expect(this.id("filters")).toBeVisible();
  }

  /** Sets these filters by label. A script applies each when it changes. */
  async filter(choices) {
    await this.openFilters();
    for (const [label, choice] of Object.entries(choices)) {
      await this.id("filters").getByLabel(label, { exact: true }).selectOption(choice);
      await this.settled();
    }
    if (!this.js) return this.id("apply-filters").click();
    await this.page.keyboard.press("Escape");
    await expect(this.id("filters")).toBeHidden();
  }

  /** From the list to the form that takes the new name: in the row, without JavaScript on its page. */
  async openRename(name) {
    await this.choose(name, "rename-key");
    const form = this.id(this.js ? "rename" : "rename-dialog");
    await expect(form).toBeVisible();
    await this.settled();
    return form;
  }

  // --- Creating ---

  async openCreate() {
    await this.id("create-key").click();
    await expect(this.createDialog).toBeVisible();
    await this.settled();
  }

  async fillCreate({ name, description, expiresOn }) {
    if (name !== undefined) await this.field("Name").fill(name);
    if (description !== undefined) {
      await this.openOptions();
      await this.field("Description").fill(description);
    }
    if (expiresOn !== undefined) await this.typeDate(expiresOn);
  }

  /** Unfolds "More options" of the create form. */
  async openOptions() {
    const options = this.id("more-options");
    if (await options.getAttribute("open") === null) await options.locator(":scope > summary").click();
  }

  /** Types even what a date field does not take. */
  async typeDate(text) {
    const date = this.field("Expiration date");
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) await date.evaluate(input => { input.type = "text" });
    await date.fill(text);
  }

  /** From the list to the dialog that shows the token; gives the token. */
  async create(fields) {
    await this.openCreate();
    await this.fillCreate(fields);
    await this.id("submit-create").click();
    await expect(this.heading("Copy your API key")).toBeVisible();
    await this.settled();
    return this.token.inputValue();
  }

  async finish(name) {
    await this.tick.check();
    await this.done.click();
    await expect(this.success).toContainText(name);
    await expect(this.heading("API keys")).toBeVisible();
    await this.settled();
  }

  async createAndFinish(fields) {
    const token = await this.create(fields);
    await this.finish(fields.name);
    return token;
  }

  /** Sends a form that was refused before, and waits for the next answer: the old error is no proof of a new one. */
  async submitAgain(button) {
    const { page } = this;
    const answered = this.js ? page.waitForResponse(response => response.request().method() === "POST") : page.waitForEvent("domcontentloaded");
    await this.id(button).click();
    await answered;
    await this.settled();
  }

  /** Expects the form again, with status 422, this said beside the field, and what was typed still there. */
  async expectRefused(field, text, typed) {
    const error = this.id(`error-${field}`);
    await expect(error).toBeVisible();
    await expect(error).toContainText(text);
    await this.settled();
    const input = this.page.locator(`#${field}`);
    await expect(input).toHaveAttribute("aria-invalid", "true");
    expect((await input.getAttribute("aria-describedby")).split(" ")).toContain(`error-${field}`);
    for (const [name, value] of Object.entries(typed)) await expect(this.page.locator(`#${name}`)).toHaveAttribute("value", value);
    await expect(this.token).toHaveCount(0);
  }

  /** The document, and what is typed into its fields, which the document does not tell. */
  async everythingShown() {
    const values = await this.page.evaluate(() => [...document.querySelectorAll("input, textarea")].map(field => field.value));
    return [await this.page.content(), ...values].join("\n");
  }

  /** Expects that the list does not show the token, and that the key is there, not confirmed. */
  async expectNotConfirmed(name, token) {
    const secret = token.split("_")[2];
    const answer = await this.go(PATHS.list);
    const row = this.row(name);
    await expect(row).toHaveAttribute("data-status", "pending");
    await expect(row.getByTestId("cell-status")).toContainText("Not confirmed");
    expect(await answer.text()).not.toContain(secret);
    expect(await this.page.content()).not.toContain(secret);
  }

  // --- Short cuts, where a journey is about something else ---

  /** Makes keys by plain requests; gives `{ id, name, token }` of each. */
  async seed(names, { expiresOn, description = "", project = "", confirm = true } = {}) {
    const keys = [];
    for (const name of names) {
      const form = (await this.http.get(PATHS.create)).body;
      const csrf = fieldOf(form, "csrf");
      const fields = { csrf, form_token: fieldOf(form, "form_token"), name, description, project, expires_on: expiresOn ?? fieldOf(form, "expires_on") };
      const answer = await this.http.post(PATHS.list, fields);
      if (answer.status !== 200) throw new Error(`seeding ${name}: ${answer.status}\n${answer.body}`);
      const id = answer.body.match(/api-keys\/([^/"]+)\/confirmation"/)[1];
      const token = textareaOf(answer.body, "key-token");
      if (confirm) {
        const { status } = await this.http.post(PATHS.confirmation(id), { csrf, copied: "yes" });
        if (status !== 303) throw new Error(`confirming ${name}: ${status}`);
        // Takes the message away that the next page would show.
        await this.http.get(PATHS.list);
      }
      keys.push({ id, name, token });
    }
    return keys;
  }

  /** Makes a project by plain requests; gives its id. */
  async seedProject(name) {
    const { status, body } = await this.http.post(PATHS.projects, { csrf: await this.csrf(), name });
    if (status !== 303) throw new Error(`seeding the project ${name}: ${status}\n${body}`);
    const list = (await this.http.get(PATHS.projects)).body;
    return list.split("data-project-id=").slice(1).find(row => row.includes(`data-project-name="${name}"`)).match(/^"([^"]+)"/)[1];
  }

  csrf() { return this.http.field(PATHS.settings, "csrf") }

  // --- Keyboard ---

  /** Presses Tab until the focus is there. */
  async tabTo(target, { limit = 60, key = "Tab" } = {}) {
    for (let presses = 0; presses < limit; presses++) {
      await this.page.keyboard.press(key);
      if (await target.evaluate(element => element === document.activeElement)) return;
    }
    throw new Error(`${limit} times ${key} did not reach ${target}`);
  }

  async expectFocusRing(target) {
    const ring = await target.evaluate(element => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { style: outlineStyle, width: parseFloat(outlineWidth) };
    });
    expect(ring.style).not.toBe("none");
    expect(ring.width).toBeGreaterThanOrEqual(2);
  }
}
