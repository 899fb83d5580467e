/** Which order a press asks for, which rows are chosen, and how pages are read again. */
import { describe, expect, it } from "vitest";
import { allOrNone, direction, present, toggled, turned } from "../../src/console/table/choice";
import { readUpTo, type Load } from "../../src/console/table/list";

const ids = ["a", "b", "c", "d", "e"];
const sorted = (set: ReadonlySet<string>) => [...set].sort().join("");

describe("the order of a table", () => {
  it("turns when its column is pressed again", () => {
    expect(turned(undefined, "name")).toBe("name");
    expect(turned("name", "name")).toBe("-name");
    expect(turned("-name", "name")).toBe("name");
    expect(turned("-name", "due_at")).toBe("due_at");
  });

  it("is told by its column", () => {
    expect(direction("-name", "name")).toBe("descending");
    expect(direction("name", "name")).toBe("ascending");
    expect(direction("name", "due_at")).toBe("none");
  });
});

describe("rows", () => {
  it("are chosen and left one by one", () => {
    expect(sorted(toggled(new Set(["a"]), ids, "c"))).toBe("ac");
    expect(sorted(toggled(new Set(["a", "c"]), ids, "c"))).toBe("a");
  });

  it("are chosen from the last one to this one, upwards too", () => {
    expect(sorted(toggled(new Set(["b"]), ids, "d", "b"))).toBe("bcd");
    expect(sorted(toggled(new Set(["d"]), ids, "a", "d"))).toBe("abcd");
  });

  it("are left from the last one to this one", () => {
    expect(sorted(toggled(new Set(ids), ids, "d", "b"))).toBe("ae");
  });

  it("are chosen alone where the last one has left the list", () => {
    expect(sorted(toggled(new Set(), ids, "d", "gone"))).toBe("d");
  });

  it("are chosen all, or none", () => {
    expect(sorted(allOrNone(new Set(["a"]), ids))).toBe("abcde");
    expect(sorted(allOrNone(new Set(ids), ids))).toBe("");
    expect(sorted(allOrNone(new Set(), []))).toBe("");
  });

  it("that are gone are chosen no more", () => {
    expect(present(new Set(["a", "z"]), ids)).toEqual(["a"]);
  });
});

/** A server with so many rows. */
function server(total: number): { load: Load<number>; asked: number[] } {
  const asked: number[] = [];
  const load: Load<number> = async (after, limit) => {
    asked.push(limit);
    const from = after === null ? 0 : Number(after);
    const items = Array.from({ length: Math.min(limit, total - from) }, (_, at) => from + at);
    return { items, next: from + items.length < total ? String(from + items.length) : null };
  };
  return { load, asked };
}

describe("pages", () => {
  const { signal } = new AbortController();

  it("are read again as far as they were shown", async () => {
    const { load, asked } = server(600);
    const page = await readUpTo(load, 450, signal);
    expect(page.items).toHaveLength(450);
    expect(page.next).toBe("450");
    expect(asked).toEqual([200, 200, 50]);
  });

  it("end where the list ends", async () => {
    const page = await readUpTo(server(30).load, 50, signal);
    expect(page.items).toHaveLength(30);
    expect(page.next).toBeNull();
  });
});
