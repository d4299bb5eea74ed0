// A Latchkey of its own for each test: new data folder, new database, any free port.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PostgresDatabase } from "./database.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

export function findBinary(profile = "debug") {
  const path = process.env.LATCHKEY_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), profile, "latchkey");
  if (!existsSync(path)) throw new Error(`there is no ${path}: run cargo build first`);
  return path;
}

/** The last build, release or debug, for commands that only look at pages. */
export function newestBinary() {
  const paths = ["release", "debug"].flatMap(profile => {
    try {
      return findBinary(profile);
    } catch {
      return [];
    }
  });
  if (paths.length === 0) throw new Error("there is no binary: run cargo build first");
  return paths.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** The environment without any setting of Latchkey's that the person who runs the tests may have. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LATCHKEY_")));
}

export class Server {
  address;
  log = "";
  #process;
  #closed;

  /** Begins with a copy of what `original` has, which must be stopped. */
  constructor(database, original) {
    this.database = database;
    this.folder = mkdtempSync(join(tmpdir(), "latchkey-journey-"));
    if (original) cpSync(original.folder, this.folder, { recursive: true });
    this.postgres = database === "postgres" ? new PostgresDatabase(original?.postgres) : undefined;
    this.environment = {
      ...cleanEnvironment(),
      LATCHKEY_BIND: "127.0.0.1:0",
      LATCHKEY_DRAIN_SECONDS: "0",
      LATCHKEY_DATA_DIR: this.folder,
      LATCHKEY_DATABASE_URL: this.postgres?.url ?? `sqlite:${join(this.folder, "latchkey.db")}`,
    };
  }

  async start(args = ["serve"]) {
    this.#process = spawn(findBinary(), args, { env: this.environment, cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#closed = new Promise(done => this.#process.once("close", (code, signal) => done({ code, signal })));
    this.address = await new Promise((found, failed) => {
      const fail = reason => failed(new Error(`the server ${reason}:\n${this.log}`));
      const timer = setTimeout(() => fail("did not say its address"), START_LIMIT_MS);
      const read = text => {
        this.log += text;
        const address = /(?:http:\/\/|listening on: )(127\.0\.0\.1:[1-9]\d*)/.exec(this.log);
        if (address) {
          clearTimeout(timer);
          found(`http://${address[1]}`);
        }
      };
      for (const stream of [this.#process.stdout, this.#process.stderr]) stream.setEncoding("utf8").on("data", read);
      this.#process.once("error", error => fail(error.message));
      this.#process.once("exit", code => fail(`ended with ${code}`));
    });
    return this;
  }

  /** Asks the server to end, as an init system does. Gives how it ended. */
  async stop() {
    this.#process?.kill("SIGTERM");
    const timer = setTimeout(() => this.#process?.kill("SIGKILL"), STOP_LIMIT_MS);
    const end = await this.#closed;
    clearTimeout(timer);
    return end;
  }

  remove() {
    this.postgres?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes an account in the organization that is there, from the command line. */
  async createUser({ role, email, name, password }) {
    await this.#run(["user", "create", "--role", role, "--email", email, "--name", name, "--password-stdin"], `${password}\n`);
  }

  /** `policy` is a preset, or a TOML file. */
  async applyPolicy(policy) {
    await this.#run(["policy", "apply", policy]);
  }

  /** All that the database holds, byte by byte. */
  stored() {
    if (this.postgres) return this.postgres.dump();
    const files = readdirSync(this.folder).filter(name => name.startsWith("latchkey.db"));
    return files.map(name => readFileSync(join(this.folder, name), "latin1")).join("\n");
  }

  /** A link with which the person chooses a new password, from the command line; as a path. */
  async passwordResetLink({ email }) {
    const output = await this.#run(["user", "reset-password", email]);
    const { pathname, search } = new URL(/http:\S+/.exec(output)[0]);
    return pathname + search;
  }

  /** Runs the program beside the server. Gives what it says. */
  async #run(args, input = "") {
    const command = spawn(findBinary(), args, { env: this.environment, cwd: this.folder });
    let output = "";
    for (const stream of [command.stdout, command.stderr]) stream.on("data", data => { output += data });
    command.stdin.end(input);
    const code = await new Promise(done => command.once("close", done));
    if (code !== 0) throw new Error(`latchkey ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }
}
