/** A simulated phone and its days: what its user does without a network, and what befalls it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Device, type Fields, openDevice, type Operation, Problem, timestamp } from "../../src/device/index";
import type { Dice } from "./dice";
import { copyOf } from "./disk";
import { Around } from "./outside";

const TICKET_STATES = ["assigned", "in_progress", "pending", "solved", "closed", "cancelled"];
const ASSET_STATES = ["in_service", "spare", "in_repair", "missing", "retired"];
/** The app's icons serve as photos; one that was sent before is known to the server. */
const PICTURES = ["icon-192.png", "icon-512.png", "icon-apple-180.png"].map((name) => {
  const bytes = readFileSync(join(import.meta.dirname, "../../public", name));
  return new Blob([new Uint8Array(bytes)], { type: "image/png" });
});
const KINDS = ["laptop", "printer", "switch", "other"] as const;

/** Without a server nobody logs in; whatever else is a fault. */
function unlessOffline(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== "offline") throw error;
}

export class SimulatedPhone {
  #device: Device | null = null;
  #backup: { storage: Around["indexedDB"]; made: number } | null = null;
  readonly around: Around;
  /** Every edit that was called saved, by the operation it became. */
  readonly saved = new Map<string, Operation>();
  /** Photos that were called saved. */
  readonly photos = new Set<string>();
  #words = 0;
  readonly tally = { edits: 0, refused: 0, crashes: 0, rollbacks: 0, days: 0, logins: 0 };

  constructor(
    readonly name: string,
    server: Around["server"],
    readonly email: string,
    readonly password: string,
    readonly dice: Dice,
  ) {
    this.around = new Around(server, `sim-${name}-${crypto.randomUUID().slice(0, 8)}`, dice);
    this.around.skew = dice.of([0, 0, 0, 3, -2, 24 * 365]) * 3_600_000;
  }

  get device(): Device {
    if (!this.#device) throw new Error(`${this.name} is off`);
    return this.#device;
  }

  async switchOn(): Promise<void> {
    this.#device = await openDevice(this.around.outside());
    if (this.device.session.user.value === null) await this.login();
  }

  async login(): Promise<void> {
    const { isOnline, faults } = this.around;
    [this.around.isOnline, this.around.faults] = [true, 0];
    await this.device.session.login(this.email, this.password);
    [this.around.isOnline, this.around.faults] = [isOnline, faults];
    this.tally.logins += 1;
  }

  async switchOff(): Promise<void> {
    await this.#device?.close();
    this.#device = null;
  }

  /** One day: a morning with a bad network, hours without one, and an evening with a bad one again. */
  async day(): Promise<void> {
    const { dice, around } = this;
    this.tally.days += 1;
    [around.isOnline, around.faults] = [true, 30];
    await this.sync(1 + dice.below(2));
    if (dice.below(100) < 20) await this.#backUp();
    around.isOnline = false;
    for (let edits = dice.below(7); edits > 0; edits--) {
      await this.#edit();
      if (dice.below(100) < 8) await this.#crash();
    }
    if (this.#backup && dice.below(100) < 15) await this.#rollBack();
    around.isOnline = dice.below(100) < 80;
    await this.sync(dice.below(3));
  }

  /** A few rounds of sync, whatever becomes of them. */
  async sync(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.device.sync.now();
      if (this.device.session.loginDue.value) await this.login().catch(unlessOffline);
    }
  }

  /** Syncs without faults until nothing is unsent; gives up after many rounds. */
  async settle(): Promise<void> {
    [this.around.isOnline, this.around.faults] = [true, 0];
    for (let round = 0; round < 20; round++) {
      await this.sync(1);
      const { unsentEdits, unsentPhotos, reading, problem } = this.device.sync.status.value;
      this.#note();
      if (unsentEdits === 0 && unsentPhotos === 0 && reading === null && problem === null) return;
    }
    const { problem, ...status } = this.device.sync.status.value;
    throw new Error(`${this.name} can't get everything sent: ${problem} ${JSON.stringify(status)}`);
  }

  async #edit(): Promise<void> {
    try {
      await this.#someEdit();
    } catch (error) {
      // A row may have left between choosing and editing it; whatever else is a fault.
      if (!(error instanceof Problem) || !["unknown", "parked", "unauthenticated"].includes(error.code)) throw error;
      this.tally.refused += 1;
    }
    this.#note();
  }

  /** Takes down the operations there are by now, and what became of them. */
  #note(): void {
    for (const operation of this.device.records.operations.value) {
      if (!this.saved.has(operation.id)) this.tally.edits += 1;
      this.saved.set(operation.id, operation);
    }
  }

  async #someEdit(): Promise<unknown> {
    const { dice, device } = this;
    const { records } = device;
    const [tickets, assets, sites, visits] = [
      records.list("ticket").value,
      records.list("asset").value,
      records.list("site").value,
      records.list("visit").value,
    ];
    const user = device.session.user.value?.userId ?? "";
    if (tickets.length === 0 || assets.length === 0 || sites.length === 0 || visits.length === 0) return undefined;
    const [ticket, asset, site, visit] = [dice.of(tickets), dice.of(assets), dice.of(sites), dice.of(visits)];
    const about = { client_id: site.body.client_id, site_id: site.id };
    const note = (): Fields => ({ ticket_id: ticket.id, author_id: user, kind: "note", at: timestamp(Date.now()), text: this.#word() });
    const edits: (() => Promise<unknown>)[] = [
      () => records.update(ticket.id, { [dice.of(["diagnosis", "solution", "description"])]: `${this.#word()}。${this.#word()}。` }),
      () => records.update(ticket.id, { title: this.#word() }),
      () => records.update(ticket.id, { status: dice.of(TICKET_STATES), pending_reason: this.#word() }),
      () => records.update(ticket.id, { asset_ids: { [dice.of(["add", "remove"])]: [asset.id] } }),
      () => records.update(asset.id, { [dice.of(["location", "serial", "name", "model"])]: this.#word() }),
      () => records.update(asset.id, { quantity: { by: dice.below(9) - 4 } }),
      () => records.update(asset.id, { status: dice.of(ASSET_STATES) }),
      () => records.update(visit.id, { solution: this.#word(), tools_packed_at: timestamp(Date.now()) }),
      () => records.create("worklog_entry", note() as object),
      () => records.create("ticket", { ...about, title: this.#word(), status: "new", priority: "normal" }),
      async () => {
        const tag = await device.supplies.nextTag();
        return records.create("asset", { site_id: site.id, name: this.#word(), kind: dice.of(KINDS), status: "in_service", ...(tag ? { tag } : {}) });
      },
      // A tag that somebody else may have, too.
      () => records.update(asset.id, { tag: `X-${dice.below(12)}` }),
      () => records.delete(dice.of(assets).id),
      async () => this.photos.add(await device.photos.addExact(ticket.id, dice.of(PICTURES))),
      () =>
        records.group((inside) => {
          inside.update(ticket.id, { diagnosis: this.#word() });
          inside.create("worklog_entry", note() as object);
          inside.update(asset.id, { notes: this.#word() });
        }),
    ];
    return dice.of(edits)();
  }

  /** The app is killed while an edit is under way: it is stored whole, or not at all. */
  async #crash(): Promise<void> {
    this.tally.crashes += 1;
    const ticket = this.device.records.list("ticket").value[0];
    const edit = ticket && this.device.records.update(ticket.id, { title: this.#word() }).catch(() => false);
    await this.switchOff();
    await edit;
    await this.switchOn();
    this.#note();
  }

  async #backUp(): Promise<void> {
    await this.switchOff();
    this.#backup = { storage: await copyOf(this.around.indexedDB), made: this.saved.size };
    await this.switchOn();
  }

  /** The phone is set up again from its backup: what was not sent since is lost with it, and the rest is done twice. */
  async #rollBack(): Promise<void> {
    if (!this.#backup) return;
    this.tally.rollbacks += 1;
    this.#note();
    for (const { id, state } of this.device.records.operations.value) if (state === "unsent") this.saved.delete(id);
    for (const { id } of this.device.photos.unsent.value) this.photos.delete(id);
    await this.switchOff();
    this.around.indexedDB = await copyOf(this.#backup.storage);
    this.#backup = null;
    await this.switchOn();
    this.#note();
  }

  /** A text nobody else writes. */
  #word(): string {
    this.#words += 1;
    return `${this.name}-${this.#words}-${this.dice.of(["网线", "打印机", "switch", "cable", "disk"])}`;
  }
}
