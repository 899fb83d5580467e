/**
 * The seeded simulation of phones in TypeScript against a real server: days without a network, requests that get lost or come
 * twice, apps that are killed, storages set back, and an office that edits the same rows and moves the visits.
 */
import { Desk, type Kept } from "./desk";
import { Dice } from "./dice";
import { SimulatedPhone } from "./phone";
import { disagreements, lostEdits } from "./verdict";

export interface Plan {
  /** The server's address. */
  readonly url: string;
  readonly seed: number;
  /** Days of all phones together. */
  readonly days: number;
  /** Technicians' addresses; each has two phones. */
  readonly technicians: readonly string[];
  /** Somebody who sees everything. */
  readonly office: string;
  readonly password: string;
  readonly say: (line: string) => void;
}

/** Plays the plan; returns what was found to be wrong. */
export async function simulate({ url, seed, days, technicians, office, password, say }: Plan): Promise<string[]> {
  const dice = new Dice(seed);
  const desk = await Desk.login(url, office, password);
  const users = await desk.all<Kept>("/v1/users");
  const ids = technicians.map((email) => users.find(({ fields }) => fields.email === email)?.id ?? "");
  const phoneOf = (name: string, email: string) => new SimulatedPhone(name, url, email, password, new Dice(dice.below(2 ** 32)));
  const phones = technicians.flatMap((email, at) => [phoneOf(`p${at}a`, email), phoneOf(`p${at}b`, email)]);
  await Promise.all(phones.map(start));
  say(`${phones.length} phones are on`);
  for (let day = 0; day < days; day += phones.length) {
    // Two at a time, so that their requests cross.
    const [first, second] = [phones.filter((_, at) => at % 2 === 0), phones.filter((_, at) => at % 2 === 1)];
    await Promise.all([inTurn(first), inTurn(second), officeDay(desk, dice, ids)]);
    say(`day ${day + phones.length} of ${days}`);
  }
  // Twice: what one sends at first, the others read then.
  for (let round = 0; round < 2; round++) await Promise.all(phones.map((phone) => phone.settle()));
  const fresh = new Map(technicians.map((email) => [email, phoneOf("new", email)]));
  await Promise.all([...fresh.values()].map(start));
  const { lost, found } = await lostEdits(desk, phones);
  const faults = [...(await disagreements(desk, phones, fresh)), ...lost.map((edit) => `an edit is nowhere: ${edit}`)];
  report(phones, found, say);
  for (const phone of [...phones, ...fresh.values()]) await phone.switchOff();
  return faults;
}

async function start(phone: SimulatedPhone): Promise<void> {
  await phone.switchOn();
  await phone.settle();
}

async function inTurn(phones: readonly SimulatedPhone[]): Promise<void> {
  for (const phone of phones) await phone.day();
}

/** The office edits some of the same rows, and gives visits to others, so that sites come and go. */
async function officeDay(desk: Desk, dice: Dice, technicians: readonly string[]): Promise<void> {
  const [tickets, visits] = [await desk.all<Kept>("/v1/tickets"), await desk.all<Kept>("/v1/visits")];
  for (let edits = 4; edits > 0; edits--) {
    const field = dice.of(["title", "description", "diagnosis", "solution"]);
    await desk.change("PATCH", `/v1/tickets/${dice.of(tickets).id}`, "", { fields: { [field]: `office ${dice.below(1e6)}。` } });
  }
  const open = visits.filter(({ fields }) => ["planned", "scheduled", "declined"].includes(String(fields.status)));
  for (let moves = open.length > 0 ? 2 : 0; moves > 0; moves--) {
    await desk.change("POST", `/v1/visits/${dice.of(open).id}`, "/assign", { technician_id: dice.of(technicians) });
  }
}

function report(phones: readonly SimulatedPhone[], found: Record<string, number>, say: (line: string) => void): void {
  const sum = (of: (phone: SimulatedPhone) => number) => phones.reduce((total, phone) => total + of(phone), 0);
  say(
    [
      `${sum(({ tally }) => tally.days)} phone-days`,
      `${sum(({ tally }) => tally.edits)} operations`,
      `${sum(({ tally }) => tally.crashes)} crashes`,
      `${sum(({ tally }) => tally.rollbacks)} storages set back`,
      `${sum(({ tally }) => tally.logins)} logins`,
      `requests: ${(["lost", "unanswered", "doubled"] as const).map((fault) => `${sum(({ around }) => around.told[fault])} ${fault}`).join(", ")}`,
    ].join(", "),
  );
  say(`edits were found in: ${Object.entries(found).map(([place, count]) => `${place} ${count}`).join(", ")}`);
}
