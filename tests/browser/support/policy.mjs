// The policy of the organization, written to the database as its Owner would set it on the page.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

// The settings of the five presets that differ from the default.
const OPEN = { who_may_create: "everyone", default_lifetime_days: 0, allow_no_expiry: true, require_copy_confirmation: false };
export const PRESETS = {
  "copy-confirmed": {},
  "key-and-secret": { ...OPEN, scopes_offered: ["server"], one_click_creation: true },
  "scoped-projects": { ...OPEN, viewable: "all", scopes_offered: ["web", "mobile", "analytics"], row_buttons: ["view", "copy", "edit", "delete"] },
  "personal-default": { ...OPEN, viewable: "all", system_default_key: true, row_buttons: ["copy", "edit", "revoke", "delete"] },
  "token-vault": { ...OPEN, who_may_create: "administrators", viewable: "all", row_buttons: ["show", "revoke"] },
};

// Node has no SQLite before version 22, and tests/run requires Python anyway.
const SQLITE = `import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
connection.executescript(sys.argv[2])`;

export const quoted = text => `'${text.replaceAll("'", "''")}'`;

/** Settings that are left out are as by default. Holds from the next request on. */
export function setPolicy(server, settings) {
  const json = quoted(JSON.stringify(settings)), who = quoted(settings.who_may_create ?? "administrators");
  const sql = `DELETE FROM policies;
    INSERT INTO policies (organization_id, settings, who_may_create, edits, changed_at)
      SELECT id, ${json}, ${who}, 1, ${Date.now()}000 FROM organizations;
    UPDATE verification_state SET last_change = last_change + 1;
    INSERT INTO verification_changes (number, api_key_id, changed_at) SELECT last_change, NULL, ${Date.now()}000 FROM verification_state;`;
  execute(server, sql);
}

/** In one transaction, while the server runs. */
export function execute(server, sql) {
  if (server.postgres) return server.postgres.query(`BEGIN; ${sql} COMMIT;`);
  execFileSync("python3", ["-c", SQLITE, join(server.folder, "latchkey.db"), `BEGIN IMMEDIATE; ${sql} COMMIT;`]);
}
