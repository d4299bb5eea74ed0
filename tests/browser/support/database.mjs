// Databases of the temporary PostgreSQL that tests/postgres started.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";

function psql(url, sql) {
  return execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
}

export class PostgresDatabase {
  #administration = process.env.LATCHKEY_TEST_POSTGRES;
  #name = `journey_${randomBytes(8).toString("hex")}`;

  /** Empty, or a copy of `original`, to which nobody may be connected. */
  constructor(original) {
    if (!this.#administration) throw new Error("LATCHKEY_TEST_POSTGRES is not set: start with tests/postgres");
    psql(this.#administration, `CREATE DATABASE ${this.#name} TEMPLATE ${original?.#name ?? "template1"}`);
  }

  get url() {
    const url = new URL(this.#administration);
    url.pathname = this.#name;
    return url.href;
  }

  query(sql) {
    return psql(this.url, sql);
  }

  /** All tables with all rows, as text. */
  dump() {
    return execFileSync("pg_dump", ["-d", this.url], { encoding: "utf8", maxBuffer: 1 << 28 });
  }

  drop() {
    psql(this.#administration, `DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`);
  }
}
