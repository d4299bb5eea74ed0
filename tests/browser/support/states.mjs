// Every page and dialog in every state that a person can reach, for journeys/appearance.mjs.
import { expect } from "@playwright/test";
import { PATHS, newPerson } from "./portal.mjs";
import { addApiPermissions } from "./api_permissions.mjs";
import { seedPermissions } from "./permissions.mjs";
import { execute, quoted, setPolicy } from "./policy.mjs";

const HOSTILE = ["W".repeat(64), "Экспорт отчётов مفتاح 👩‍👩‍👧", `<b>"bold"</b>`];
/** The longest name, a wildcard within a resource, a description in another script. */
const API = `invoices:read See invoices
invoices:lines:read Экспорт отчётов مفتاح 👩‍👩‍👧
invoices:lines:write <b>"bold"</b>
${"w".repeat(59)}:read ${"W".repeat(100)}`;

async function filledList(portal) {
  await portal.seed(HOSTILE, { description: "Where it is used: ".repeat(10).trim() });
  await portal.seed(["Not confirmed yet"], { confirm: false });
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await portal.seed(["Ends soon"], { expiresOn: soon });
}

/** A key with as much in it as fits. */
async function restricted(portal) {
  const [key] = await portal.seed(HOSTILE.slice(0, 1), { description: "Where it is used: ".repeat(10).trim() });
  const fields = { csrf: await portal.csrf(), name: HOSTILE[0], expires_on: new Date(Date.now() + 9e9).toISOString().slice(0, 10) };
  const allowed_networks = "192.0.2.0/24\n2001:db8:ffff:ffff:ffff:ffff:ffff:ff00/120";
  await portal.http.post(`${PATHS.details(key.id)}/edit`, { ...fields, allowed_networks, permissions: "api_keys.see_own", edits: "0" });
  return key;
}

/** An organization that uses what it can say to its API, in names as long as they can be. Returns two old keys. */
async function sellsAnApi(portal) {
  const { server } = portal;
  setPolicy(server, {
    token_prefix: "w".repeat(16), environments: ["live", "test", "w".repeat(16)],
    attributes_offered: ["external_id", "metadata"], refuse_browsers_with_server_keys: true,
    rate_limit: 600, rate_limit_burst: 60, quota: 1_000_000,
  });
  const names = Array.from({ length: 24 }, (_, number) => [`resource-${number % 4}:action-${number}`, HOSTILE[number % 3]]);
  addApiPermissions(server, { ...Object.fromEntries(names), [`${"w".repeat(59)}:read`]: "W".repeat(100) },
    [0, 1, 2, 3].map(number => `resource-${number}:*`));
  const keys = await portal.seed(HOSTILE.slice(0, 2));
  const metadata = JSON.stringify({ plan: "W".repeat(200), name: HOSTILE[1], limits: { seats: 12, regions: ["eu", "us"] } });
  execute(server, `UPDATE api_keys SET created_at = created_at - ${90 * 86_400_000_000};
    INSERT INTO api_key_attributes (api_key_id, organization_id, created_at, environment, external_id, metadata)
      SELECT id, organization_id, created_at, 'test', ${quoted("W".repeat(128))}, ${quoted(metadata)} FROM api_keys;
    INSERT INTO exercised_permissions SELECT id, 'resource-1:action-5', ${Date.now()}000 FROM api_keys;
    UPDATE verification_state SET last_change = last_change + 1;`);
  return keys;
}

async function openWith(portal, opener) {
  await portal.goToList();
  await opener.click();
  await expect(portal.page.locator("#dialog-title")).toBeVisible();
  await portal.settled();
}

/** Opens what an address below a key asks. */
const ofKey = (name, end, { expects, prepare = async () => {} } = {}) => ({
  name, expects,
  visit: async portal => {
    const [key] = await portal.seed(HOSTILE.slice(0, 1));
    await prepare(portal, key);
    await portal.go(`${PATHS.details(key.id)}/${end}`);
  },
});

/** Opens what an address asks about several keys. */
const ofKeys = (name, end, prepare = async () => {}) => ({
  name,
  visit: async portal => {
    const keys = await portal.seed(HOSTILE);
    for (const key of keys) await prepare(portal, key);
    await portal.go(`${PATHS.list}/${end}?${keys.map(({ id }) => `id=${id}`).join("&")}`);
  },
});

const disable = async (portal, key) => portal.http.post(`${PATHS.details(key.id)}/disablement`, { csrf: await portal.csrf() });

/**
 * `visit` brings the pages into the state. `expects` are statuses that it means to get; `visitor` wants nobody signed in,
 * `empty` wants a server where nobody has registered. `differs` says that it looks different without JavaScript.
 */
export const STATES = [
  { name: "the registration", empty: true, visitor: true, visit: portal => portal.go(PATHS.registration) },
  {
    name: "the registration with errors", empty: true, visitor: true, expects: [422],
    visit: async portal => {
      await portal.go(PATHS.registration);
      await portal.field("Organization name").fill("W".repeat(40));
      await portal.button("Create account").click();
      await expect(portal.id("error-summary")).toBeVisible();
    },
  },
  { name: "the sign-in", visitor: true, visit: portal => portal.go(PATHS.signIn) },
  {
    name: "the sign-in with an error", visitor: true, expects: [401, 422],
    visit: async portal => {
      await portal.go(PATHS.signIn);
      await portal.field("Email").fill("nobody@example.org");
      await portal.field("Password").fill("not the password");
      await portal.button("Sign in").click();
      await expect(portal.id("form-error")).toBeVisible();
    },
  },
  { name: "the home page without keys", visit: portal => portal.go(PATHS.home) },
  {
    name: "the home page with keys",
    visit: async portal => {
      await filledList(portal);
      await portal.go(PATHS.home);
    },
  },
  {
    name: "the settings",
    visit: async portal => {
      await portal.go(PATHS.settings);
      await expect(portal.id("open-api-keys")).toBeVisible();
    },
  },
  { name: "the list without keys", visit: portal => portal.goToList() },
  {
    name: "the list with keys", differs: true,
    visit: async portal => {
      await filledList(portal);
      await portal.goToList();
      await portal.row("Not confirmed yet").getByTestId("cell-status").locator("summary").click();
      await expect(portal.row("Not confirmed yet").getByTestId("cell-status").locator("p")).toContainText("24");
    },
  },
  {
    name: "the list with a selection", differs: true,
    visit: async portal => {
      await filledList(portal);
      await portal.goToList();
      for (const name of HOSTILE) await portal.selectBox(name).check();
    },
  },
  {
    name: "the list at its limit", differs: true,
    visit: async portal => {
      await portal.seed(Array.from({ length: 10 }, (_, index) => `Key ${index}`));
      await portal.goToList();
      if (portal.js) await portal.id("create-key").click({ force: true });
    },
  },
  {
    name: "the list with a message and a new key", differs: true,
    visit: async portal => {
      await portal.goToList();
      await portal.createAndFinish({ name: HOSTILE[0] });
    },
  },
  { name: "the create dialog", differs: true, visit: async portal => openWith(portal, portal.id("create-key")) },
  {
    name: "the create dialog with errors", differs: true, expects: [422],
    visit: async portal => {
      await openWith(portal, portal.id("create-key"));
      await portal.field("Name").fill("W".repeat(70));
      await portal.field("Expiration date").fill("2020-01-01");
      await portal.id("submit-create").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  { name: "the create page", visit: portal => portal.go(PATHS.create) },
  {
    name: "the create page with errors", expects: [422],
    visit: async portal => {
      await portal.go(PATHS.create);
      await portal.field("Name").fill("W".repeat(70));
      await portal.id("submit-create").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  {
    name: "the dialog with the token", differs: true,
    visit: async portal => {
      await portal.goToList();
      await portal.create({ name: HOSTILE[0] });
      for (const summary of await portal.revealDialog.locator("summary").all()) await summary.click();
    },
  },
  {
    name: "the dialog with the token and Done pressed too early", differs: true,
    visit: async portal => {
      await portal.goToList();
      await portal.create({ name: HOSTILE[1] });
      await portal.done.click({ force: true });
      await expect(portal.tick).toBeFocused();
    },
  },
  {
    name: "the page with the token",
    visit: async portal => {
      await portal.go(PATHS.create);
      await portal.id("submit-create").click();
      await expect(portal.token).toBeVisible();
    },
  },
  {
    name: "the confirmation that was refused", differs: true, expects: [422],
    visit: async portal => {
      await portal.go(PATHS.create);
      await portal.id("submit-create").click();
      await expect(portal.token).toBeVisible();
      await portal.settled();
      await portal.page.locator("form:has([name=copied])").evaluate(form => {
        form.noValidate = true;
        form.submit();
      });
      await expect(portal.id("confirmation-dialog")).toBeVisible();
    },
  },
  {
    name: "the answer to a form that was sent twice", differs: true, expects: [409],
    visit: async portal => {
      await portal.go(PATHS.create);
      await portal.id("submit-create").click();
      await expect(portal.token).toBeVisible();
      await portal.page.reload();
      await expect(portal.token).toHaveCount(0);
    },
  },
  {
    name: "the deletion of one key", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.goToList();
      await portal.choose(HOSTILE[0], "delete-key");
      await expect(portal.confirmDialog).toBeVisible();
      await portal.settled();
    },
  },
  {
    name: "the deletion of one key as a page",
    visit: async portal => {
      const [key] = await portal.seed(HOSTILE);
      await portal.go(PATHS.deletion(key.id));
    },
  },
  {
    name: "the deletion of several keys", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.goToList();
      for (const name of HOSTILE) await portal.selectBox(name).check();
      await portal.id("delete-selected").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the deletion of all keys", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await openWith(portal, portal.id("delete-all-keys"));
    },
  },
  {
    name: "the deletion of all keys with a wrong phrase", differs: true, expects: [422],
    visit: async portal => {
      await portal.seed(HOSTILE);
      await openWith(portal, portal.id("delete-all-keys"));
      await portal.id("confirm-phrase").fill("W".repeat(60));
      await portal.id("confirm-action").click();
      await expect(portal.id("error-phrase")).toBeVisible();
    },
  },
  {
    name: "the account", visit: async portal => {
      await portal.go(PATHS.account);
      await portal.field("Your name").fill("W".repeat(100));
      await portal.id("save-account").click();
      await expect(portal.success).toBeVisible();
    },
  },
  {
    name: "the account with an error", expects: [422],
    visit: async portal => {
      await portal.go(PATHS.account);
      await portal.field("Your name").fill("");
      await portal.id("save-account").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  {
    name: "the change of the email address with errors", expects: [422],
    visit: async portal => {
      await portal.go(`${PATHS.account}/email`);
      await portal.field("Email").fill("W".repeat(80));
      await portal.button("Change email").click();
      await expect(portal.id("error-email")).toBeVisible();
    },
  },
  {
    name: "the change of the password with errors", expects: [422],
    visit: async portal => {
      await portal.go(`${PATHS.account}/password`);
      await portal.button("Change password").click();
      await expect(portal.id("error-password")).toBeVisible();
    },
  },
  {
    name: "the sessions", visitor: true,
    visit: async (portal, owner) => {
      await portal.signIn(owner);
      await portal.go(PATHS.sessions);
      await expect(portal.id("end-session")).toBeVisible();
      await portal.id("session-row").last().locator("summary").click();
    },
  },
  {
    name: "the question for the password with an error", expects: [422],
    visit: async portal => {
      await portal.go("/password-proof");
      await portal.button("Continue").click();
      await expect(portal.id("error-password")).toBeVisible();
    },
  },
  { name: "the page for who forgot their password", visitor: true, visit: portal => portal.go("/password-reset") },
  {
    name: "the page to choose a new password, with an error", visitor: true, expects: [422],
    visit: async (portal, owner) => {
      await portal.go(await portal.server.passwordResetLink(owner));
      await portal.button("Set password").click();
      await expect(portal.id("error-password")).toBeVisible();
    },
  },
  {
    name: "a link for a new password that works no more", visitor: true, expects: [410],
    visit: portal => portal.go("/password-reset/new-password?token=guessed"),
  },
  { name: "the page about checking keys", differs: true, visit: portal => portal.go(PATHS.verification) },
  {
    name: "the list of the organization with filters",
    visit: async portal => {
      const project = await portal.seedProject("W".repeat(64));
      await portal.seed(HOSTILE, { project, description: "Where it is used: ".repeat(10).trim() });
      await portal.go(`${PATHS.organization}&project=${project}`);
      await expect(portal.id("found-count")).toBeVisible();
    },
  },
  {
    name: "the list with filters that nothing passes",
    visit: async portal => {
      const project = await portal.seedProject("Empty");
      await portal.seed(["Alpha"]);
      await portal.go(`${PATHS.list}?project=${project}`);
      await expect(portal.id("filtered-empty")).toBeVisible();
    },
  },
  {
    name: "the deletion of all keys of the organization", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.goToOrganization();
      await portal.id("delete-all-keys").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the details of a key",
    visit: async portal => {
      const project = await portal.seedProject(HOSTILE[0]);
      const [key] = await portal.seed([HOSTILE[0]], { project, description: "Where it is used: ".repeat(10).trim() });
      const headers = { "X-API-Key": key.token, "User-Agent": "W".repeat(200) };
      await portal.page.request.post("/v1/verify", { headers });
      await portal.go(PATHS.details(key.id));
      await expect(portal.id("history-table")).toBeVisible();
    },
  },
  {
    name: "the audit log",
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.go("/settings/audit-log");
      await portal.id("event-details").first().locator("summary").click();
      await expect(portal.id("audit-table")).toBeVisible();
    },
  },
  {
    name: "your activity",
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.go("/settings/account/activity");
      await expect(portal.id("activity-table")).toBeVisible();
    },
  },
  {
    name: "the create dialog with errors in restrictions and permissions", differs: true, expects: [422],
    visit: async portal => {
      await openWith(portal, portal.id("create-key"));
      await portal.page.locator("[name=scope][value=web]").check();
      await portal.field("Trusted domains").fill(`${"w".repeat(60)}.example\nhttps://example.com/`);
      await portal.id("more-options").locator("summary").click();
      await portal.openOptions();
      await portal.page.locator("#permissions-chosen").check();
      await portal.id("submit-create").click();
      await expect(portal.id("error-trusted_domains")).toBeVisible();
    },
  },
  {
    name: "the details of a restricted key that is disabled for a while",
    visit: async portal => {
      const key = await restricted(portal);
      await portal.http.post(`${PATHS.details(key.id)}/disablement`, { csrf: await portal.csrf(), pause: "1h" });
      await portal.go(PATHS.details(key.id));
      await expect(portal.id("detail-disabled")).toBeVisible();
    },
  },
  {
    name: "the row that renames a key, with an error", differs: true, expects: [422],
    visit: async portal => {
      await restricted(portal);
      await portal.goToList();
      await portal.openRename(await portal.rows.first().getAttribute("data-key-name"));
      await portal.field("Name").fill("W".repeat(90));
      await portal.id("save-name").click();
      await expect(portal.id("error-name")).toBeVisible();
      await portal.settled();
    },
  },
  {
    name: "an owner whom nobody knows", expects: [422],
    visit: async portal => {
      await restricted(portal);
      await portal.go(`${PATHS.organization}&owned_by=nobody`);
      await expect(portal.id("owner-unclear")).toBeVisible();
    },
  },
  {
    name: "the dialog that renames a key, with an error", differs: true, expects: [422],
    visit: async portal => {
      const key = await restricted(portal);
      await portal.go(PATHS.details(key.id));
      await portal.id("rename-key").click();
      await expect(portal.id("rename-dialog")).toBeVisible();
      await portal.settled();
      await portal.field("Name").fill("W".repeat(90));
      await portal.id("save-name").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  {
    name: "the dialog that edits a key which was changed meanwhile", differs: true, expects: [409],
    visit: async portal => {
      const key = await restricted(portal);
      await portal.go(PATHS.details(key.id));
      await portal.id("edit-key").click();
      await expect(portal.id("edit-dialog")).toBeVisible();
      await portal.settled();
      await portal.http.post(`${PATHS.details(key.id)}/name`, { csrf: await portal.csrf(), name: "M".repeat(64) });
      await portal.field("Allowed networks").fill("192.0.2.1");
      await portal.id("save-edit").click();
      await expect(portal.id("edit-conflict")).toBeVisible();
    },
  },
  { name: "the projects, of which there are none", visit: portal => portal.go(PATHS.projects) },
  {
    name: "the projects",
    visit: async portal => {
      for (const name of HOSTILE.slice(0, 2)) await portal.seedProject(name);
      const id = await portal.seedProject("Archived");
      await portal.http.post(`${PATHS.projects}/${id}/archival`, { csrf: await portal.csrf() });
      await portal.go(PATHS.projects);
    },
  },
  {
    name: "the dialog for a project with an error", differs: true, expects: [422],
    visit: async portal => {
      await portal.go(PATHS.projects);
      await portal.id("create-project").click();
      await portal.id("submit-project").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  {
    name: "the archival of a project", differs: true,
    visit: async portal => {
      await portal.seedProject(HOSTILE[0]);
      await portal.go(PATHS.projects);
      await portal.id("archive-project").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the create dialog with projects", differs: true,
    visit: async portal => {
      await portal.seedProject(HOSTILE[0]);
      await openWith(portal, portal.id("create-key"));
    },
  },
  { name: "an address with nothing behind it", expects: [404], visit: portal => portal.go("/nothing/here") },
  { name: "an address with nothing behind it, for a visitor", visitor: true, expects: [404], visit: portal => portal.go("/nothing/here") },
  {
    name: "an error in a dialog", differs: true, expects: [404],
    visit: async portal => {
      const [key] = await portal.seed(["Alpha"]);
      await portal.goToList();
      await portal.http.post(PATHS.deletion(key.id), { csrf: await portal.csrf() });
      await portal.menu("Alpha").click();
      await expect(portal.id("flash-error")).toBeVisible();
    },
  },
  {
    name: "the members with an invitation", differs: true,
    visit: async portal => {
      for (const [name, role] of [[HOSTILE[1], "support"], ["W".repeat(60), "member"]]) await portal.server.createUser(newPerson(name, role));
      await portal.go(PATHS.members);
      await portal.invite({ email: `${"w".repeat(50)}@example.org` });
      await portal.tick.check();
      await portal.id("finish-invite").click();
      await expect(portal.id("invitation-row")).toBeVisible();
    },
  },
  {
    name: "the members when nobody is found",
    visit: portal => portal.go(`${PATHS.members}?q=${"W".repeat(90)}`),
  },
  {
    name: "the invitation form with errors", expects: [422],
    visit: async portal => {
      await portal.go(PATHS.newInvitation);
      await portal.field("Email").fill("W".repeat(60));
      await portal.id("submit-invite").click();
      await expect(portal.id("error-email")).toBeVisible();
    },
  },
  {
    name: "the dialog with an invitation link and Done pressed too early", differs: true,
    visit: async portal => {
      await portal.go(PATHS.members);
      await portal.invite({ email: "ann@example.org" });
      await portal.id("finish-invite").click({ force: true });
      await expect(portal.tick).toBeFocused();
    },
  },
  {
    name: "the registration by invitation", expects: [422],
    visit: async portal => {
      await portal.go(PATHS.members);
      const link = await portal.invite({ email: `${"w".repeat(50)}@example.org` });
      await portal.tick.check();
      await portal.id("finish-invite").click();
      await expect(portal.success).toBeVisible();
      await portal.go(link);
      await portal.button("Create account").click();
      await expect(portal.id("error-summary")).toBeVisible();
    },
  },
  {
    name: "the role of a member", differs: true,
    visit: async portal => {
      const person = newPerson("W".repeat(60), "support");
      await portal.server.createUser(person);
      await portal.go(PATHS.members);
      await portal.member(person.email).getByTestId("change-role").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the last owner's role", differs: true, expects: [409],
    visit: async portal => {
      await portal.go(PATHS.members);
      await portal.id("change-role").click();
      await expect(portal.id("flash-error")).toBeVisible();
    },
  },
  {
    name: "the removal of a member with keys", differs: true,
    visit: async portal => {
      await portal.seed(["Nightly backup"]);
      const other = newPerson("Second owner", "owner");
      for (const person of [other, newPerson("W".repeat(60), "support")]) await portal.server.createUser(person);
      await portal.signOut();
      await portal.signIn(other);
      await portal.go(PATHS.members);
      await portal.page.locator("[data-role=owner] [data-testid=remove-member]").click();
      await expect(portal.id("keys-go-to")).toBeVisible();
    },
  },
  { name: "the policy", visit: portal => portal.go(`${PATHS.settings}/policy?preset=personal-default`) },
  {
    name: "the policy with errors", expects: [422],
    visit: async portal => {
      await portal.go(`${PATHS.settings}/policy`);
      for (const label of ["Keys per person", "Maximum lifetime, in days"]) await portal.field(label).fill("W".repeat(40));
      await portal.id("save-policy").click();
      await expect(portal.id("error-summary")).toBeVisible();
    },
  },
  {
    name: "what a change of the policy touches", differs: true,
    visit: async portal => {
      await portal.seed(["Nightly backup"]);
      await portal.go(`${PATHS.settings}/policy`);
      for (const label of ["Maximum lifetime, in days", "Default lifetime, in days"]) await portal.field(label).fill("90");
      await portal.page.locator("#system_default_key").check();
      await portal.id("save-policy").click();
      await expect(portal.id("policy-dry-run")).toBeVisible();
    },
  },
  ofKey("the question whether to disable a key", "disablement"),
  ofKey("the question whether to enable a key", "enablement", { prepare: disable }),
  ofKey("the question whether to revoke a key", "revocation"),
  ofKey("a token that cannot be displayed", "token", { expects: [409] }),
  ofKeys("the question whether to disable several keys", "bulk-disablement"),
  ofKeys("the question whether to enable several keys", "bulk-enablement", disable),
  ofKeys("the question whether to revoke several keys", "bulk-revocation"),
  ofKeys("the question by when several keys are to be rotated", "bulk-rotation-mark"),
  ofKey("the question whether to rotate a key", "rotation"),
  {
    name: "a key with two tokens, and the end of its overlap", differs: true,
    visit: async portal => {
      const [key] = await portal.seed(HOSTILE.slice(0, 1));
      await portal.go(`${PATHS.details(key.id)}/rotation`);
      await portal.id("confirm-action").click();
      await portal.tick.check();
      await portal.done.click();
      await expect(portal.id("tokens")).toBeVisible();
      await portal.id("end-overlap").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "a member", differs: true,
    visit: async portal => {
      const person = newPerson("W".repeat(60), "support");
      await portal.server.createUser(person);
      await portal.go(PATHS.members);
      await portal.member(person.email).getByTestId("open-member").click();
      await expect(portal.id("history-table")).toBeVisible();
    },
  },
  {
    name: "the question whether to revoke an invitation", differs: true,
    visit: async portal => {
      await portal.go(PATHS.members);
      await portal.invite({ email: `${"w".repeat(50)}@example.org` });
      await portal.tick.check();
      await portal.id("finish-invite").click();
      await portal.id("revoke-invitation").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the question whether to disable a member", differs: true,
    visit: async portal => {
      const person = newPerson("W".repeat(60), "support");
      await portal.server.createUser(person);
      await portal.go(PATHS.members);
      await portal.member(person.email).getByTestId("disable-member").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the name of a project",
    visit: async portal => {
      const id = await portal.seedProject(HOSTILE[1]);
      await portal.go(`${PATHS.projects}/${id}/name`);
    },
  },
  {
    name: "the dialog that finds keys and pages", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await portal.go(PATHS.home);
      await portal.id("open-go-to").click();
      await expect(portal.id("go-to-dialog")).toBeVisible();
      await portal.settled();
      await portal.page.locator("#go-to-text").fill("w");
      if (portal.js) await expect(portal.id("go-to-key")).toHaveCount(1);
    },
  },
  {
    name: "the keyboard shortcuts", differs: true,
    visit: async portal => {
      await portal.go(PATHS.home);
      await portal.id("open-shortcuts").click();
      await expect(portal.id("shortcuts-dialog")).toBeVisible();
    },
  },
  { name: "the permissions before there are any", visit: portal => portal.go(PATHS.permissions) },
  {
    name: "the permissions",
    visit: async portal => {
      await seedPermissions(portal, API, ["support", "member"]);
      await portal.go(PATHS.permissions);
    },
  },
  {
    name: "the permissions when nothing is found",
    visit: async portal => {
      await seedPermissions(portal, API);
      await portal.go(`${PATHS.permissions}?q=zzz`);
    },
  },
  {
    name: "a new permission with errors", differs: true, expects: [422],
    visit: async portal => {
      await portal.go(PATHS.permissions);
      await portal.id("create-api-permission").click();
      await portal.settled();
      await portal.field("Name").fill("Invoices:Read");
      await portal.id("submit-api-permission").click();
      await expect(portal.id("error-name")).toBeVisible();
    },
  },
  {
    name: "several new permissions with errors", differs: true, expects: [422],
    visit: async portal => {
      await portal.go(PATHS.permissions);
      await portal.id("create-api-permissions").click();
      await portal.settled();
      await portal.page.locator("[name=lines]").fill(`Invoices:Read\n${"w".repeat(80)}:read`);
      await portal.id("submit-api-permissions").click();
      await expect(portal.id("error-lines")).toBeVisible();
    },
  },
  {
    name: "the description of a permission", differs: true,
    visit: async portal => {
      await seedPermissions(portal, API);
      await portal.go(PATHS.permissions);
      await portal.id("edit-api-permission").first().click();
      await expect(portal.id("edit-api-permission-dialog")).toBeVisible();
    },
  },
  {
    name: "the removal of a permission", differs: true,
    visit: async portal => {
      await portal.seed(HOSTILE);
      await seedPermissions(portal, API, ["owner", "support"]);
      await portal.go(PATHS.permissions);
      await portal.id("remove-api-permission").first().click();
      await expect(portal.id("impact")).toBeVisible();
    },
  },
  {
    name: "the permissions of roles, changed",
    visit: async portal => {
      await seedPermissions(portal, API, ["support", "member"]);
      await portal.go(`${PATHS.permissions}/roles`);
      await portal.page.locator("[name=owner][value='invoices:*']").check();
      await expect(portal.id("save-bar")).toBeVisible();
    },
  },
  {
    name: "the question whether to take permissions away",
    visit: async portal => {
      await portal.seed(HOSTILE);
      await seedPermissions(portal, API, ["owner"]);
      await portal.go(`${PATHS.permissions}/roles`);
      const ticked = portal.page.locator("[name=owner]:checked");
      while (await ticked.count()) await ticked.first().uncheck();
      await portal.id("save-roles").click();
      await expect(portal.id("grants-lost")).toBeVisible();
    },
  },
  {
    name: "the API permissions of a member", differs: true,
    visit: async portal => {
      const person = newPerson("W".repeat(60), "support");
      await portal.server.createUser(person);
      await seedPermissions(portal, API, ["support"]);
      await portal.go(PATHS.members);
      await portal.page.getByRole("link", { name: person.name, exact: true }).click();
      await portal.id("change-api-permissions").click();
      await expect(portal.id("member-api-permissions-dialog")).toBeVisible();
    },
  },
  {
    name: "the list with environments and external IDs", differs: true,
    visit: async portal => {
      await sellsAnApi(portal);
      await portal.go(`${PATHS.organization}&environment=test&external_id=W*`);
      await expect(portal.rows).toHaveCount(2);
    },
  },
  {
    name: "the create page of an organization that sells an API, with errors", expects: [422],
    visit: async portal => {
      await sellsAnApi(portal);
      await portal.go(PATHS.create);
      await portal.field("External ID").fill("W".repeat(129));
      await portal.field("Metadata").fill("{");
      await portal.openOptions();
      await portal.page.locator("#permissions-chosen").check();
      await portal.id("submit-create").click();
      await expect(portal.id("error-metadata")).toBeVisible();
    },
  },
  {
    name: "the details of a key that says much",
    visit: async portal => {
      const [key] = await sellsAnApi(portal);
      await portal.go(PATHS.details(key.id));
      await expect(portal.id("detail-metadata")).toBeVisible();
    },
  },
  {
    name: "the question whether to narrow a key to what it uses", differs: true,
    visit: async portal => {
      const [key] = await sellsAnApi(portal);
      await portal.go(PATHS.details(key.id));
      await portal.id("narrow-key").click();
      await expect(portal.id("narrowing-dialog")).toBeVisible();
    },
  },
  {
    name: "the question whether to reset the limits of a key", differs: true,
    visit: async portal => {
      const [key] = await sellsAnApi(portal);
      await portal.go(PATHS.details(key.id));
      await portal.id("reset-limits").click();
      await expect(portal.confirmDialog).toBeVisible();
    },
  },
  {
    name: "the page about checking keys, with all that it can say",
    visit: async portal => {
      await sellsAnApi(portal);
      await portal.go(PATHS.verification);
      await portal.page.locator("details > summary").click();
      await expect(portal.id("about-limits")).toBeVisible();
    },
  },
  {
    name: "the policy of an organization that sells an API",
    visit: async portal => {
      await sellsAnApi(portal);
      await portal.go(`${PATHS.settings}/policy`);
    },
  },
];
