/** The real server on a demo's data of its own, at an address that lasts. Its power can be cut. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** How often it is asked whether it is there, and how long between, in milliseconds. It only bounds a hang. */
const [TRIES, BETWEEN] = [600, 100];

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  taken.close();
  await once(taken, "close");
  return port;
}

export class Server {
  #process: ChildProcess | null = null;
  #said = "";
  #restarting: Promise<void> = Promise.resolve();
  #requestsLeft = Number.POSITIVE_INFINITY;
  cuts = 0;

  private constructor(
    readonly program: string,
    readonly folder: string,
    readonly port: number,
  ) {}

  static async start(program: string): Promise<Server> {
    const server = new Server(program, mkdtempSync(join(tmpdir(), "onsite-simulation-")), await freePort());
    try {
      await server.#start();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The network as phones have it; a request may be the one at which the power goes. */
  fetch: typeof fetch = (input, init) => {
    const answer = fetch(input, init);
    this.#requestsLeft -= 1;
    if (this.#requestsLeft === 0) this.#restarting = this.#restart();
    return answer;
  };

  /** The power goes with the request that comes after so many others; the server starts again at once. */
  cutAfter(requests: number): void {
    this.#requestsLeft = requests + 1;
  }

  /** Resolves when there is power, and will be. */
  async isUp(): Promise<void> {
    this.#requestsLeft = Number.POSITIVE_INFINITY;
    await this.#restarting;
  }

  async stop(): Promise<void> {
    await this.#restarting.catch(() => {});
    await this.#kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #restart(): Promise<void> {
    this.cuts += 1;
    await this.#kill();
    await this.#start();
  }

  async #start(): Promise<void> {
    const where = ["--dir", join(this.folder, "data"), "--listen", `127.0.0.1:${this.port}`];
    const running = spawn(this.program, ["demo", ...where], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, RUST_LOG: "error" } });
    this.#process = running;
    this.#said = "";
    running.stderr.on("data", (said) => (this.#said += said));
    for (let tries = TRIES; tries > 0; tries--) {
      if (running.exitCode !== null) throw new Error(`the server ended with ${running.exitCode}: ${this.#said}`);
      const health = await fetch(`${this.url}/v1/health`).catch(() => null);
      await health?.arrayBuffer();
      if (health?.ok) return;
      await pause(BETWEEN);
    }
    throw new Error(`the server does not answer: ${this.#said}`);
  }

  async #kill(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  }
}
