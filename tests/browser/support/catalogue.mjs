// The labels of the pages in another language, from the catalogue of the server.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(dirname(fileURLToPath(import.meta.url)), "../../../src/catalogue");

/** The messages on one line, by id. */
function messages(language) {
  const texts = readdirSync(join(folder, language)).map(name => readFileSync(join(folder, language, name), "utf8"));
  const lines = texts.join("\n").matchAll(/^([a-z][\w-]*) = (.+)$/gm);
  return new Map([...lines].map(([, id, text]) => [id, text]));
}

const english = messages("en");
const translated = new Map();

/** What an English label is in this language: each text of a message that has this text in English. */
export function translate(label, language) {
  if (!translated.has(language)) translated.set(language, messages(language));
  const ids = [...english].filter(([, text]) => text === label).map(([id]) => id);
  const texts = ids.map(id => translated.get(language).get(id)).filter(text => text !== undefined);
  if (texts.length === 0) throw new Error(`no message says ${label}`);
  const literals = texts.map(text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^\\s*(?:${literals.join("|")})\\s*$`);
}
