import { PATHS } from "./portal.mjs";

/** Makes API permissions by a plain request, one on each line, and grants them to these roles. */
export async function seedPermissions(portal, lines, roles = []) {
  const path = `${PATHS.permissions}/several`;
  const form = (await portal.http.get(path)).body;
  const field = name => form.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
  const fields = { csrf: field("csrf"), form_token: field("form_token"), lines };
  const answer = await portal.http.post(path, [...Object.entries(fields), ...roles.map(role => ["roles", role])]);
  if (answer.status !== 303) throw new Error(`seeding permissions: ${answer.status}\n${answer.body}`);
  // Takes the message away that the next page would show.
  await portal.http.get(PATHS.permissions);
}
