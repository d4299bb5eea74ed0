// Requests that no page of ours would send, with the cookies of the browser.
import { request } from "node:http";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#38;": "&", "&#39;": "'", "&#60;": "<", "&#62;": ">", "&#x27;": "'" };
const unescape = text => text.replace(/&(?:#?\w+);/g, entity => ENTITIES[entity] ?? entity);

export class Http {
  #context;
  #origin;

  constructor(context, origin) {
    this.#context = context;
    this.#origin = origin;
  }

  get(path, headers = {}) {
    return this.#send("GET", path, undefined, headers);
  }

  /** `fields` are pairs, or an object. Redirects are not followed. */
  post(path, fields, headers = {}) {
    return this.#send("POST", path, new URLSearchParams(fields).toString(), headers);
  }

  /** The value of the first field of that name on a page. */
  async field(path, name) {
    return fieldOf((await this.get(path)).body, name);
  }

  /** What a service is told that was presented this token; `more` says from where. The body of the answer. */
  async verify(token, more = {}) {
    const body = JSON.stringify({ token, ...more });
    const headers = { Accept: "application/json", "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    return JSON.parse((await this.#send("POST", "/v1/verify", body, headers)).body);
  }

  /** The same for HTTP Basic; the code. */
  async verifyBasic(user, password) {
    const credentials = Buffer.from(`${user}:${password}`).toString("base64");
    const headers = { Accept: "application/json", Authorization: `Basic ${credentials}`, "Content-Length": 0 };
    return JSON.parse((await this.#send("POST", "/v1/verify", "", headers)).body).code;
  }

  async #send(method, path, body, headers) {
    const cookies = await this.#context.cookies();
    const url = new URL(path, this.#origin);
    const options = {
      method,
      agent: false,
      headers: {
        Accept: "text/html",
        Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
        ...(body === undefined ? {} : {
          "Content-Type": "application/x-www-form-urlencoded",
          "Content-Length": Buffer.byteLength(body),
          Origin: this.#origin,
          "Sec-Fetch-Site": "same-origin",
        }),
        ...headers,
      },
    };
    return new Promise((done, failed) => {
      const sent = request(url, options, answer => {
        let text = "";
        answer.setEncoding("utf8").on("data", data => { text += data });
        answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: text }));
      });
      sent.on("error", failed);
      sent.end(body);
    });
  }
}

export function fieldOf(html, name) {
  const tag = html.match(new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`))?.[0];
  const value = tag?.match(/\bvalue="([^"]*)"/)?.[1];
  if (value === undefined) throw new Error(`there is no field ${name} in\n${html}`);
  return unescape(value);
}

export function textareaOf(html, id) {
  const text = html.match(new RegExp(`<textarea[^>]*\\bid="${id}"[^>]*>([^<]*)<`))?.[1];
  if (text === undefined) throw new Error(`there is no text area ${id} in\n${html}`);
  return unescape(text);
}
