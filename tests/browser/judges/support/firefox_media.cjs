// Loaded before Playwright, for Firefox: the extended-support release lacks one command of WebDriver BiDi, with which
// Playwright sets the colour scheme of every page. Without the command, pages have the scheme of the system.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const COMMAND = /await this\S*\.send\("emulation\.setMediaFeaturesOverride"/g;
const load = Module._extensions[".js"];

Module._extensions[".js"] = (module, path) => {
  if (!path.endsWith("playwright-core/lib/coreBundle.js")) return load(module, path);
  module._compile(readFileSync(path, "utf8").replace(COMMAND, "await (() => {})(undefined"), path);
};
