/** A logo made small: a PNG, because logos have edges and transparency. */
import { base64 } from "../../device/key";
import { Problem } from "../../device/problem";

/** Longest side at first, in pixels; as mails and pages show it at most, on a fine screen. */
const SIDE = 640;

/** Sides below this show nothing any more. */
const LEAST = 64;

/** The picture as PNG in base64 of at most `most` characters. @throws Problem `unreadable`, `too_large` */
export async function png(picture: Blob, most: number): Promise<string> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(picture);
  } catch (error) {
    throw new Problem("unreadable", "this picture can't be opened here", { cause: error });
  }
  try {
    for (let side = SIDE; side >= LEAST; side *= 0.8) {
      const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
      const text = blob ? base64(new Uint8Array(await blob.arrayBuffer())) : "";
      if (text && text.length <= most) return text;
    }
  } finally {
    bitmap.close();
  }
  throw new Problem("too_large", "this picture can't be made small enough");
}
