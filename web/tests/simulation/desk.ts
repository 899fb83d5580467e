/** A person at a screen: the server as its REST interface shows it, and edits made there. */
import type { Fields } from "../../src/device/index";

export interface Kept {
  id: string;
  version: string;
  fields: Fields;
}

export interface HistoryEntry {
  operation_id: string;
  changes: Fields;
}

export class Desk {
  private constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  static async login(url: string, email: string, password: string): Promise<Desk> {
    const device = { name: "desk", platform: "web" };
    const response = await fetch(`${url}/v1/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password, device }),
    });
    if (!response.ok) throw new Error(`the desk could not log in: ${await response.text()}`);
    return new Desk(url, ((await response.json()) as { access_token: string }).access_token);
  }

  /** What is asked for; `undefined` where there is none. */
  async get<T>(path: string): Promise<T | undefined> {
    const response = await fetch(this.url + path, { headers: { Authorization: `Bearer ${this.token}` } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Everything of a list. */
  async all<T>(list: string): Promise<T[]> {
    const found: T[] = [];
    let after = "";
    do {
      const page = await this.get<{ items: T[]; next?: string | null }>(`${list}?limit=200${after}`);
      found.push(...(page?.items ?? []));
      after = page?.next ? `&after=${encodeURIComponent(page.next)}` : "";
    } while (after);
    return found;
  }

  /** Changes a record as it stands, or does something with it; returns whether the server took it. */
  async change(method: "PATCH" | "POST", record: string, action: string, body: unknown): Promise<boolean> {
    const kept = await this.get<Kept>(record);
    if (!kept) return false;
    const response = await fetch(this.url + record + action, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        "Content-Type": "application/json",
        "If-Match": `"${kept.version}"`,
        "Idempotency-Key": crypto.randomUUID(),
      },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    if (response.status >= 500) throw new Error(`${method} ${record}${action} was answered ${response.status}`);
    return response.ok;
  }
}
