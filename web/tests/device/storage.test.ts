/** What a phone keeps, whatever happens to the app, the tab or the place on the phone. */
import { createHash } from "node:crypto";
import { IDBObjectStore } from "fake-indexeddb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Device, openDevice } from "../../src/device/index";
import type { PushRequest } from "../../src/sync/messages";
import { AccountDatabase } from "../../src/device/database";
import { outside, PlayedServer, phoneInTheField, TICKET, USER } from "./phone";

const open: Device[] = [];

async function reopened(around: ReturnType<typeof outside>): Promise<Device> {
  const device = await openDevice(around);
  open.push(device);
  return device;
}

async function inTheField(server: PlayedServer, around: ReturnType<typeof outside>): Promise<Device> {
  const device = await phoneInTheField(server, around);
  open.push(device);
  return device;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const device of open.splice(0)) await device.close();
});

describe("a reload", () => {
  it("loses nothing, and needs no network", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const before = await inTheField(server, around);
    const { lastSync } = before.sync.status.value;
    await before.records.update(TICKET, { diagnosis: "纸路有异物" });
    const made = await before.records.create("ticket", { title: "New" });
    await before.close();

    const after = await reopened(around);
    expect(after.session.user.value?.name).toBe("Zhang Wei");
    expect(after.records.row(TICKET).value).toMatchObject({ body: { title: "Printer jams", diagnosis: "纸路有异物" }, unsent: true });
    expect(after.records.list("ticket").value.map(({ id }) => id).sort()).toEqual([TICKET, made].sort());
    expect(lastSync).not.toBeNull();
    expect(after.sync.status.value).toMatchObject({ unsentEdits: 2, reading: null, lastSync });
  });

  it("shows an edit the moment it is saved, and keeps rows that did not change the same objects", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server, outside(server));
    await device.records.create("ticket", { title: "Second" });
    const [first, before] = [device.records.row(TICKET), device.records.list("ticket").value];
    await device.records.update(before.find(({ id }) => id !== TICKET)?.id ?? "", { title: "Other" });
    const after = device.records.list("ticket").value;
    expect(after).not.toBe(before);
    expect(after.find(({ id }) => id === TICKET)).toBe(first.value);
    expect(after.find(({ id }) => id !== TICKET)?.body.title).toBe("Other");
  });
});

describe("storage that was cleared from outside", () => {
  it("leads to the login instead of to nothing", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const before = await inTheField(server, around);
    await before.close();
    await new Promise((resolve) => {
      around.indexedDB.deleteDatabase(`${around.scope}-${USER}`).onsuccess = resolve;
    });
    const after = await reopened(around);
    expect(after.session.user.value).toBeNull();
    expect(after.sync.status.value.phase).toBe("logged_out");
  });
});

describe("a crash between saving and sending", () => {
  it("sends the same operations under the same numbers again", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const before = await inTheField(server, around);
    await before.records.update(TICKET, { diagnosis: "one" });
    await before.records.update(TICKET, { solution: "two" });
    // The server takes them, and its answer gets lost.
    const { "/v1/push": push } = server.answers;
    server.answers["/v1/push"] = (got) => {
      push?.(got);
      throw new TypeError("the answer was lost");
    };
    server.isReachable = true;
    await before.sync.now();
    expect(server.taken.size).toBe(2);
    expect(before.sync.status.value.unsentEdits).toBe(2);
    await before.close();

    if (push) server.answers["/v1/push"] = push;
    const after = await reopened(around);
    await after.sync.now();
    expect(server.taken.size).toBe(2);
    expect(after.sync.status.value.unsentEdits).toBe(0);
    expect(after.records.operations.value.map(({ state }) => state)).toEqual(["applied", "applied"]);
  });
});

describe("two tabs", () => {
  it("never give one number twice, and see each other's edits", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const one = await inTheField(server, around);
    const two = await reopened(around);
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? one : two).records.create("ticket", { title: `ticket ${at}` })),
    );
    await vi.waitFor(() => {
      for (const tab of [one, two]) expect(tab.records.list("ticket").value).toHaveLength(11);
    });
    server.isReachable = true;
    await Promise.all([one.sync.now(), two.sync.now()]);
    expect(server.taken.size).toBe(10);
  });

  it("give out each tag and each nonce once", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const one = await inTheField(server, around);
    const two = await reopened(around);
    const tags = await Promise.all([one, two, one, two].map((tab) => tab.supplies.nextTag()));
    expect(tags.filter((tag) => tag !== null).sort()).toEqual(["T-0007", "T-0008", "T-0009"]);
    const nonces = await Promise.all([one, two, one, two].map((tab) => tab.supplies.takeNonce()));
    expect(new Set(nonces).size).toBe(4);
  });
});

describe("a full phone", () => {
  it("says so, changes nothing, and goes on when there is room again", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const device = await inTheField(server, around);
    await device.records.update(TICKET, { diagnosis: "one" });
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(device.records.update(TICKET, { solution: "two" })).rejects.toMatchObject({ code: "storage_full" });
    await expect(device.photos.addExact(TICKET, new Blob(["x"], { type: "image/png" }))).rejects.toMatchObject({ code: "storage_full" });
    expect(device.records.row(TICKET).value?.body).not.toHaveProperty("solution");
    expect(device.photos.unsent.value).toEqual([]);
    full.mockRestore();
    await device.records.update(TICKET, { solution: "three" });
    server.isReachable = true;
    await device.sync.now();
    const sent = server.got.filter(({ path }) => path === "/v1/push").flatMap(({ body }) => (body as PushRequest).operations);
    expect(new Map(sent.map(({ n, op }) => [n, op.set]))).toEqual(new Map([[1, { diagnosis: "one" }], [2, { solution: "three" }]]));
  });
});

describe("a group", () => {
  it("is saved whole or not at all", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server, outside(server));
    const failing = device.records.group((edits) => {
      edits.create("ticket", { title: "New" });
      edits.update("018f3a5e-7c00-7000-8000-00000000dead", { title: "x" });
    });
    await expect(failing).rejects.toMatchObject({ code: "unknown" });
    expect(device.sync.status.value.unsentEdits).toBe(0);
    const made = await device.records.group((edits) => {
      edits.update(TICKET, { diagnosis: "one" });
      return edits.create("ticket", { title: "New" });
    });
    expect(device.records.row(made).value?.body).toEqual({ title: "New" });
    expect(device.sync.status.value.unsentEdits).toBe(2);
  });
});

describe("photos", () => {
  it("are kept from the moment they are taken, with their record", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const before = await inTheField(server, around);
    const id = await before.photos.addExact(TICKET, new Blob(["picture"], { type: "image/png" }), { caption: "label" });
    await before.close();
    const after = await reopened(around);
    expect(after.photos.of(TICKET).value).toMatchObject([{ id, owner: TICKET, caption: "label", bytes: 7, state: "here", problem: null }]);
    expect(await (await after.photos.content(id)).text()).toBe("picture");
    expect(after.sync.status.value).toMatchObject({ unsentEdits: 1, unsentPhotos: 1 });
    expect(after.records.row(id).value?.body).toMatchObject({
      owner_id: TICKET,
      media_type: "image/png",
      size: 7,
      sha256: createHash("sha256").update("picture").digest("hex"),
    });
  });

  it("are not forgotten with the rest where one can't be drawn", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server, outside(server));
    await expect(device.photos.add(TICKET, new Blob(["no picture"]))).rejects.toMatchObject({ code: "unreadable" });
    expect(device.sync.status.value).toMatchObject({ unsentEdits: 0, unsentPhotos: 0 });
  });
});

describe("a new version of the app", () => {
  it("pushes what the old one made under the old schema, and shows old rows in the new shape", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const before = await inTheField(server, around);
    const entry = await before.records.create("worklog_entry", { ticket_id: TICKET, kind: "part", part: "toner", quantity: 2 } as never);
    await before.close();
    await asStoredByAnApp(around, 1);

    const after = await reopened(around);
    expect(after.records.row(entry).value?.body).toMatchObject({ parts: [{ name: "toner", quantity: 2 }] });
    server.isReachable = true;
    await after.sync.now();
    const push = server.got.filter(({ path }) => path === "/v1/push").at(-1)?.body as PushRequest;
    expect(push.schema).toBe(1);
    expect(push.operations[0]?.op.set).toMatchObject({ part: "toner", quantity: 2 });
  });
});

/** Makes the storage look as one written by an app of another schema. */
async function asStoredByAnApp(around: ReturnType<typeof outside>, schema: number): Promise<void> {
  const db = new AccountDatabase(around, USER);
  const head = await db.single("head");
  if (head) await db.singles.put({ ...head, schema, outboxSchema: schema });
  db.close();
}
