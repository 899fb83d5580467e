/**
 * Pictures drawn anew: what a camera writes beside the picture (where, when, which phone) does not survive it.
 */
import { base64 } from "./key";
import { Problem } from "./problem";

/** Longest side of a photo in pixels: a label stays readable, and a day of photos fits a mobile plan. */
const PHOTO_SIDE = 2560;
const PHOTO_QUALITY = 0.85;

/** Of a preview in a list. */
const PREVIEW_SIDE = 240;
const PREVIEW_QUALITY = 0.6;

/** Whether an attachment is a picture; what is none is a document. */
export const isPicture = (mediaType: string): boolean => mediaType.startsWith("image/");

/** The photo as JPEG without metadata, upright. @throws Problem `unreadable` */
export async function stripped(photo: Blob): Promise<Blob> {
  try {
    return await drawn(photo, PHOTO_SIDE, PHOTO_QUALITY);
  } catch (error) {
    throw new Problem("unreadable", "this picture can't be opened here", { cause: error });
  }
}

/** A small picture of it as a `data:` URL; `null` for what can't be drawn. */
export async function preview(photo: Blob): Promise<string | null> {
  try {
    const small = await drawn(photo, PREVIEW_SIDE, PREVIEW_QUALITY);
    const bytes = new Uint8Array(await small.arrayBuffer());
    return `data:image/jpeg;base64,${base64(bytes)}`;
  } catch {
    return null;
  }
}

/**
 * The picture as JPEG in base64 of at most `most` characters, as large as that allows, its longest side at most `side` pixels.
 * @throws Problem `unreadable`
 */
export async function within(photo: Blob, side: number, most: number): Promise<string> {
  try {
    for (let longest = side; ; longest *= 0.8) {
      const text = base64(new Uint8Array(await (await drawn(photo, longest, PREVIEW_QUALITY)).arrayBuffer()));
      if (text.length <= most) return text;
    }
  } catch (error) {
    throw new Problem("unreadable", "this picture can't be opened here", { cause: error });
  }
}

async function drawn(photo: Blob, side: number, quality: number): Promise<Blob> {
  const bitmap = await createImageBitmap(photo, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    // JPEG has no transparency; what is transparent would come out black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("nothing was drawn"))), "image/jpeg", quality);
    });
  } finally {
    bitmap.close();
  }
}
