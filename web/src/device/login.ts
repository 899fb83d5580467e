/**
 * Logging a browser in: with a key of its own, so that its session can be renewed, and with its earlier key where it is known.
 */
import type { Uuid } from "../sync/messages";
import { json, send, type TokensGiven } from "./api";
import type { Identity, Known } from "./database";
import { newKeys, prove, publicKey } from "./key";
import type { Outside } from "./outside";

export interface LoginAnswer extends TokensGiven {
  readonly user: { readonly id: Uuid; readonly name: string; readonly role: string; readonly language: string };
  readonly device_id: Uuid;
  readonly stream_id: Uuid;
  readonly server_key: Identity["serverKey"];
}

/** Asks to be logged in; `as` is what an earlier login of the same account left. @throws Problem */
export async function logIn(
  outside: Outside,
  email: string,
  password: string,
  as: Identity | undefined,
): Promise<{ answer: LoginAnswer; identity: Identity; known: Omit<Known, "current"> }> {
  const keys = as?.keys ?? (await newKeys());
  const asked = {
    email,
    password,
    device: {
      ...(as ? { id: as.deviceId } : {}),
      name: outside.deviceName,
      platform: "web",
      public_key: await publicKey(keys),
    },
  };
  const proof = as && ((request: Parameters<typeof prove>[2]) => prove(keys, as.deviceId, request, outside.now()));
  const answer = await json<LoginAnswer>(await send(outside, "POST", "/v1/login", { json: asked }, proof));
  const { id: userId, name, role, language } = answer.user;
  return {
    answer,
    identity: { key: "identity", deviceId: answer.device_id, keys, serverKey: answer.server_key },
    known: { userId, deviceId: answer.device_id, email, name, role, language: language === "zh-CN" ? "zh-CN" : "en" },
  };
}
