// Permissions of the organization's own API, written to the database as its Owner would add them on their page.
import { execute, quoted } from "./policy.mjs";

/** `names` with their descriptions, and what Owners are granted of them. They are 60 days old. */
export function addApiPermissions(server, names, grants) {
  const created = (Date.now() - 60 * 86_400_000) * 1000;
  const each = Object.entries(names).map(([name, description]) =>
    `INSERT INTO api_permissions SELECT id, ${quoted(name)}, ${quoted(description)}, ${created} FROM organizations;`);
  const granted = grants.map(grant => `INSERT INTO role_api_grants SELECT id, 'owner', ${quoted(grant)} FROM organizations;`);
  execute(server, [...each, ...granted, "UPDATE verification_state SET last_change = last_change + 1;"].join("\n"));
}
