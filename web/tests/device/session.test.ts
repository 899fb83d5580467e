/** Logging in and out, tokens, and a device that is told to forget. */
import { webcrypto } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Device, openDevice } from "../../src/device/index";
import { DEVICE, outside, PlayedServer, phoneInTheField, Refused, TICKET, USER } from "./phone";

const open: Device[] = [];

afterEach(async () => {
  for (const device of open.splice(0)) await device.close();
});

async function inTheField(server: PlayedServer, around = outside(server)): Promise<Device> {
  const device = await phoneInTheField(server, around);
  open.push(device);
  return device;
}

const asked = (server: PlayedServer, path: string) => server.got.filter((got) => got.path === path);

describe("logging in", () => {
  it("enrols a key, knows the account without a network, and gets what offline days need", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server);
    const [login] = asked(server, "/v1/login");
    expect(login?.body).toMatchObject({ email: "zhang.wei@example.com", device: { platform: "web", public_key: expect.stringMatching(/^[\w-]{87}$/) } });
    expect(device.session.user.value).toEqual({
      userId: USER,
      deviceId: DEVICE,
      email: "zhang.wei@example.com",
      name: "Zhang Wei",
      role: "technician",
      language: "zh-CN",
    });
    expect([device.supplies.tagsLeft.value, device.supplies.provider.value?.name]).toEqual([3, "P"]);
  });

  it("tells a wrong password from a missing network", async () => {
    const server = new PlayedServer();
    const device = await openDevice(outside(server));
    open.push(device);
    server.answers["/v1/login"] = () => new Refused(401, "bad_credentials");
    await expect(device.session.login("a@b.c", "x")).rejects.toMatchObject({ code: "bad_credentials", status: 401 });
    server.isReachable = false;
    await expect(device.session.login("a@b.c", "x")).rejects.toMatchObject({ code: "offline", status: 0 });
    expect(device.session.user.value).toBeNull();
  });
});

describe("a session that has run out", () => {
  it("keeps the work and sends it all the same", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server);
    await device.records.update(TICKET, { diagnosis: "one" });
    server.answers["/v1/pull"] = () => new Refused(401, "unauthenticated");
    server.isReachable = true;
    await device.sync.now();
    expect(device.session.loginDue.value).toBe(true);
    expect(device.sync.status.value).toMatchObject({ phase: "login_due", unsentEdits: 0, problem: { code: "unauthenticated" } });
    expect(device.records.row(TICKET).value?.body).toMatchObject({ diagnosis: "one" });
    server.answers["/v1/pull"] = ({ body }) => server.pull(body as never);
    await device.session.login("zhang.wei@example.com", "a password");
    await device.sync.now();
    expect(device.session.loginDue.value).toBe(false);
    expect(asked(server, "/v1/login").at(-1)?.body).toMatchObject({ device: { id: DEVICE } });
    expect(asked(server, "/v1/login").at(-1)?.headers.get("Device-Proof")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it("renews a token that the server calls expired, once for all who wait", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server);
    const content = (got: { headers: Headers }) =>
      got.headers.get("Authorization") === "Bearer access-2" ? { good: true } : new Refused(401, "token_expired");
    for (const id of ["1", "2"]) server.answers[`/v1/attachments/${id}/content`] = content;
    server.isReachable = true;
    await Promise.all([device.photos.content("1"), device.photos.content("2")]);
    expect(asked(server, "/v1/refresh")).toHaveLength(1);
    expect(asked(server, "/v1/refresh")[0]?.body).toEqual({ refresh_token: "refresh-1" });
  });
});

describe("logging out", () => {
  it("warns of unsent work, and deletes none of it", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server);
    await device.records.update(TICKET, { diagnosis: "one" });
    await device.photos.addExact(TICKET, new Blob(["x"], { type: "image/png" }));
    await expect(device.session.logout()).rejects.toMatchObject({ name: "UnsentWork", edits: 2, photos: 1 });
    expect(device.session.user.value?.userId).toBe(USER);

    await device.session.logout({ leaveUnsent: true });
    expect(device.session.user.value).toBeNull();
    expect(device.records.list("ticket").value).toEqual([]);

    server.isReachable = true;
    await device.session.login("zhang.wei@example.com", "a password");
    await vi.waitFor(() => expect(device.records.row(TICKET).value?.body).toMatchObject({ title: "Printer jams", diagnosis: "one" }));
    expect(device.photos.unsent.value).toHaveLength(1);
    await device.sync.now();
    expect(server.taken.size).toBe(2);
  });

  it("leaves work that is sent by the device's key at the next start", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const device = await inTheField(server, around);
    await device.records.update(TICKET, { diagnosis: "one" });
    await device.session.logout({ leaveUnsent: true });
    await device.close();
    server.isReachable = true;
    open.push(await openDevice(around));
    await vi.waitFor(() => expect(server.taken.size).toBe(1));
    expect(asked(server, "/v1/push").at(-1)?.headers.has("Authorization")).toBe(false);
  });
});

describe("an order to wipe", () => {
  async function order(server: PlayedServer, by: "server" | "somebody"): Promise<object> {
    const keys = (await webcrypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
    const raw = await webcrypto.subtle.exportKey("raw", keys.publicKey);
    if (by === "server") server.serverKey = { id: "k1", public_key: Buffer.from(raw).toString("base64") };
    const message = new TextEncoder().encode(`onsite-wipe-v1\n${DEVICE}\n2026-03-01T17:45:00.250000Z`);
    const signature = Buffer.from(await webcrypto.subtle.sign("Ed25519", keys.privateKey, message)).toString("base64");
    return { device: DEVICE, revoked_at: "2026-03-01T17:45:00.250Z", key: "k1", signature };
  }

  it("makes the phone forget what it read at once, and its work when the server has it", async () => {
    const server = new PlayedServer();
    const wipe = await order(server, "server");
    const around = outside(server);
    const device = await inTheField(server, around);
    await device.records.update(TICKET, { diagnosis: "one" });
    server.answers["/v1/pull"] = () => new Refused(403, "device_revoked", { wipe });
    const { "/v1/push": push } = server.answers;
    server.answers["/v1/push"] = () => new Refused(503, "unavailable");
    server.isReachable = true;
    await device.sync.now();
    expect(device.sync.status.value).toMatchObject({ phase: "wiped", unsentEdits: 1 });
    expect(device.records.row(TICKET).value).toBeUndefined();
    await expect(device.records.create("ticket", { title: "x" })).rejects.toMatchObject({ code: "wiped" });

    if (push) server.answers["/v1/push"] = push;
    await device.sync.now();
    await vi.waitFor(async () => {
      expect(device.session.user.value).toBeNull();
      expect((await around.indexedDB.databases()).map(({ name }) => name)).toEqual([around.scope]);
    });
    expect(server.taken.size).toBe(1);
    expect(device.sync.status.value, "whoever holds it is told why").toMatchObject({ phase: "logged_out", problem: { code: "wiped" } });
  });

  it("is not obeyed from anybody else", async () => {
    const server = new PlayedServer();
    await order(server, "server");
    const forged = await order(server, "somebody");
    const device = await inTheField(server);
    server.answers["/v1/pull"] = () => new Refused(403, "device_revoked", { wipe: forged });
    server.isReachable = true;
    await device.sync.now();
    expect(device.records.row(TICKET).value?.body).toMatchObject({ title: "Printer jams" });
    expect(device.sync.status.value.phase).toBe("login_due");
  });
});

describe("a long push", () => {
  it("travels compressed, and its proof covers what is in it", async () => {
    const server = new PlayedServer();
    const device = await inTheField(server);
    for (let at = 0; at < 20; at++) await device.records.create("ticket", { title: `ticket ${at}` });
    server.isReachable = true;
    await device.sync.now();
    const push = asked(server, "/v1/push").at(-1);
    expect(push?.headers.get("Content-Encoding")).toBe("gzip");
    const [, claims = ""] = push?.headers.get("Device-Proof")?.split(".") ?? [];
    const digest = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(push?.body)));
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      dev: DEVICE,
      htm: "POST",
      htu: "/v1/push",
      bh: Buffer.from(digest).toString("base64url"),
    });
  });
});
