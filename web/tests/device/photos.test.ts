/** Photos on their way: the upload itself is played here; the simulation sends real ones. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Device, openDevice } from "../../src/device/index";
import { outside, PlayedServer, phoneInTheField, TICKET } from "./phone";

interface Options {
  uploadUrl?: string;
  onUploadUrlAvailable: () => void;
  onProgress: (sent: number, total: number) => void;
  onSuccess: () => void;
  onError: (error: unknown) => void;
}

const uploads = vi.hoisted((): { options: unknown; url: string | null }[] => []);

vi.mock("tus-js-client", () => ({
  Upload: class {
    url: string | null = null;
    constructor(_: unknown, readonly options: unknown) {
      uploads.push(this);
    }
    start() {}
    async abort() {}
  },
}));

const begun = async (count: number) => {
  await vi.waitFor(() => expect(uploads).toHaveLength(count));
  return uploads[count - 1] as { options: Options; url: string | null };
};

const open: Device[] = [];

beforeEach(() => {
  uploads.length = 0;
});

afterEach(async () => {
  for (const device of open.splice(0)) await device.close();
});

async function withPhoto(server: PlayedServer, around = outside(server)): Promise<{ device: Device; id: string }> {
  const device = await phoneInTheField(server, around);
  open.push(device);
  const id = await device.photos.addExact(TICKET, new Blob(["picture"], { type: "image/png" }));
  return { device, id };
}

/** The answer of a server, as tus hands it over. */
function answered(status: number, body: object) {
  return { originalResponse: { getStatus: () => status, getBody: () => JSON.stringify(body) } };
}

describe("a photo on its way", () => {
  it("holds up no edit, and shows how far it is", async () => {
    const server = new PlayedServer();
    const { device } = await withPhoto(server);
    server.isReachable = true;
    void device.sync.now();
    const { options } = await begun(1);
    options.onProgress(3, 12);
    expect(device.photos.unsent.value).toMatchObject([{ state: "uploading", progress: 0.25 }]);
    await device.records.update(TICKET, { diagnosis: "one" });
    await vi.waitFor(() => expect(device.sync.status.value).toMatchObject({ unsentEdits: 0, unsentPhotos: 1, phase: "uploading" }));
    options.onSuccess();
    await vi.waitFor(() => expect(device.sync.status.value).toMatchObject({ unsentPhotos: 0, phase: "idle" }));
    expect(device.photos.of(TICKET).value).toMatchObject([{ state: "stored" }]);
  });

  it("goes on where it was cut off, after a restart too", async () => {
    const server = new PlayedServer();
    const around = outside(server);
    const { device } = await withPhoto(server, around);
    server.isReachable = true;
    void device.sync.now();
    const upload = await begun(1);
    expect(upload.options.uploadUrl).toBeUndefined();
    upload.url = "http://onsite.test/v1/files/7";
    upload.options.onUploadUrlAvailable();
    upload.options.onError(new Error("cut off"));
    await vi.waitFor(() => expect(device.sync.status.value.problem?.code).toBe("offline"));
    await device.close();
    open.push(await openDevice(around));
    expect((await begun(2)).options.uploadUrl).toBe("http://onsite.test/v1/files/7");
  });

  it("that the server does not take stays here, with the reason, and holds up no other", async () => {
    const server = new PlayedServer();
    const { device, id } = await withPhoto(server);
    const second = await device.photos.addExact(TICKET, new Blob(["another"], { type: "image/png" }));
    server.isReachable = true;
    void device.sync.now();
    (await begun(1)).options.onError(answered(415, { code: "unsupported_media", detail: "no picture" }));
    (await begun(2)).options.onSuccess();
    await vi.waitFor(() => expect(device.photos.unsent.value.map((photo) => photo.id)).toEqual([id]));
    expect(device.photos.unsent.value[0]).toMatchObject({ state: "refused", problem: { code: "unsupported_media", detail: "no picture" } });
    expect(await (await device.photos.content(id)).text()).toBe("picture");
    expect(device.photos.of(TICKET).value.find((photo) => photo.id === second)).toMatchObject({ state: "stored" });
  });
});
