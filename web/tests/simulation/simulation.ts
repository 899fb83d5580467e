/**
 * The seeded simulation of phones in TypeScript against a real server: days without a network, requests that get lost or come
 * twice, apps that are killed, storages set back, a server that loses its power, and an office that edits the same rows and
 * moves the visits.
 */
import { Desk, type Kept } from "./desk";
import { Dice } from "./dice";
import { SimulatedPhone } from "./phone";
import type { Server } from "./server";
import { disagreements, lostEdits } from "./verdict";

export interface Plan {
  /** On the demo's data. */
  readonly server: Server;
  readonly seed: number;
  /** Days of all phones together. */
  readonly days: number;
}

/** Of the demo. Each technician has two phones; the office is somebody who sees everything. */
const TECHNICIANS = ["zhang.wei@demo.example", "tom.becker@demo.example", "liu.yang@demo.example", "amina.okafor@demo.example"];
const OFFICE = "admin@demo.example";
const PASSWORD = "onsite demo 2026";

/** Of a hundred rounds, in how many the power goes, and after how many requests at most. */
const [CUTS, SOON] = [25, 40];

/** Plays the plan; returns what was found to be wrong, and how often things happened. */
export async function simulate({ server, seed, days }: Plan): Promise<{ faults: string[]; tally: Record<string, number> }> {
  const dice = new Dice(seed);
  const desk = await Desk.login(server.url, OFFICE, PASSWORD);
  const users = await desk.all<Kept>("/v1/users");
  const ids = TECHNICIANS.map((email) => users.find(({ fields }) => fields.email === email)?.id ?? "");
  const phoneOf = (name: string, email: string) => new SimulatedPhone(name, server, email, PASSWORD, new Dice(dice.below(2 ** 32)));
  const phones = TECHNICIANS.flatMap((email, at) => [phoneOf(`p${at}a`, email), phoneOf(`p${at}b`, email)]);
  await Promise.all(phones.map(start));
  for (let day = 0; day < days; day += phones.length) {
    // Two at a time, so that their requests cross.
    const played = (isCut: boolean) => {
      if (isCut) server.cutAfter(dice.below(SOON));
      return Promise.all([0, 1].map((half) => inTurn(phones.filter((_, at) => at % 2 === half))));
    };
    if (dice.below(100) < CUTS) {
      // The office has the same power.
      await played(true);
      await server.isUp();
      await officeDay(desk, dice, ids);
    } else await Promise.all([played(false), officeDay(desk, dice, ids)]);
  }
  // Twice: what one sends at first, the others read then.
  for (let round = 0; round < 2; round++) await Promise.all(phones.map((phone) => phone.settle()));
  const fresh = new Map(TECHNICIANS.map((email) => [email, phoneOf("new", email)]));
  await Promise.all([...fresh.values()].map(start));
  const { lost, found } = await lostEdits(desk, phones);
  const faults = [...(await disagreements(desk, phones, fresh)), ...lost];
  for (const phone of [...phones, ...fresh.values()]) await phone.switchOff();
  return { faults, tally: { ...tallyOf(phones), "power cuts": server.cuts, ...found } };
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

function tallyOf(phones: readonly SimulatedPhone[]): Record<string, number> {
  const sum = (of: (phone: SimulatedPhone) => number) => phones.reduce((total, phone) => total + of(phone), 0);
  return {
    "phone-days": sum(({ tally }) => tally.days),
    operations: sum(({ tally }) => tally.edits),
    crashes: sum(({ tally }) => tally.crashes),
    "storages set back": sum(({ tally }) => tally.rollbacks),
    logins: sum(({ tally }) => tally.logins),
    "requests lost": sum(({ around }) => around.told.lost),
    "answers lost": sum(({ around }) => around.told.unanswered),
    "requests doubled": sum(({ around }) => around.told.doubled),
  };
}
