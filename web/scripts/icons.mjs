/**
 * Draws the app's icons into public/: a pin with a tick, white on the accent colour. `node scripts/icons.mjs`
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 as zlibCrc32, deflateSync } from "node:zlib";

const ACCENT = [0x23, 0x50, 0xc5];
const WHITE = [0xff, 0xff, 0xff];

/** Samples in each direction within a pixel, so that edges are smooth. */
const SAMPLES = 4;

/** Distance of a point from the line between two others. */
function fromLine([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Whether a point lies in the pin: a disc at (0.5, 0.42), and below it what narrows to (0.5, 0.86). */
function inPin([x, y]) {
  const [cx, cy, radius, tip] = [0.5, 0.42, 0.27, 0.86];
  if (Math.hypot(x - cx, y - cy) <= radius) return true;
  // The sides are tangents from the tip to the disc.
  const height = tip - cy;
  const half = Math.asin(radius / height);
  return y > cy + radius * Math.sin(half) && y <= tip && Math.abs(x - cx) <= (tip - y) * Math.tan(half);
}

function inTick(point) {
  const [a, b, c] = [[0.385, 0.425], [0.465, 0.505], [0.62, 0.34]];
  return Math.min(fromLine(point, a, b), fromLine(point, b, c)) <= 0.038;
}

/** Colour and opacity of a point of the unit square; `bleed`: the ground goes to the edges, and the sign is smaller. */
function colour([x, y], bleed) {
  const scale = bleed ? 1.3 : 1;
  const point = [0.5 + (x - 0.5) * scale, 0.5 + (y - 0.5) * scale];
  if (inPin(point)) return [...(inTick(point) ? ACCENT : WHITE), 255];
  const corner = 0.22;
  const [dx, dy] = [Math.max(0, Math.abs(x - 0.5) - 0.5 + corner), Math.max(0, Math.abs(y - 0.5) - 0.5 + corner)];
  return bleed || Math.hypot(dx, dy) <= corner ? [...ACCENT, 255] : [...ACCENT, 0];
}

function pixel(column, row, size, bleed) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const [dx, dy] = [(i % SAMPLES) + 0.5, Math.floor(i / SAMPLES) + 0.5];
    const sample = colour([(column + dx / SAMPLES) / size, (row + dy / SAMPLES) / size], bleed);
    sample.forEach((part, at) => (sum[at] += part));
  }
  return sum.map((part) => Math.round(part / (SAMPLES * SAMPLES)));
}

function crc32(bytes) {
  if (zlibCrc32) return zlibCrc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

function png(size, bleed) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: size }, (_, row) => [0, ...Array.from({ length: size }, (_, column) => pixel(column, row, size, bleed)).flat()]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const folder = join(import.meta.dirname, "../public");
for (const [name, size, bleed] of [["icon-192", 192, false], ["icon-512", 512, false], ["icon-maskable-512", 512, true], ["icon-apple-180", 180, true]]) {
  writeFileSync(join(folder, `${name}.png`), png(size, bleed));
}
