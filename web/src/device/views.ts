/**
 * What is shown, as signals that change with the store. A row that is as it was stays the same object, so that a list of
 * thousands draws anew only what differs.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Status } from "../sync/engine";
import type { Uuid } from "../sync/messages";
import { type Entry, outcomeOf } from "../sync/outbox";
import type { View } from "../sync/rows";
import { up } from "../sync/schema";
import type { Operation } from "./index";
import type { Changed, Store } from "./store";

interface List {
  /** In order. */
  ids: readonly Uuid[];
  readonly shown: Signal<readonly View[]>;
}

export class Views {
  readonly #cache = new Map<Uuid, View | undefined>();
  readonly #rows = new Map<Uuid, Signal<View | undefined>>();
  readonly #lists = new Map<string, List>();
  readonly #changes = signal(0);

  readonly parked: ReadonlySignal<readonly View[]>;
  readonly operations: ReadonlySignal<readonly Operation[]>;
  readonly figures: ReadonlySignal<Status & { readonly oldestUnsent: number | null }>;

  constructor(readonly store: Store) {
    const after = <T>(look: () => T) =>
      computed(() => {
        this.#changes.value;
        return look();
      });
    this.parked = after(() => store.engine.parked().map(newest));
    this.operations = after(() => store.engine.operations.map(operation).reverse());
    this.figures = after(() => {
      const oldest = store.engine.operations.find((entry) => entry.settled === null);
      return { ...store.engine.status(), oldestUnsent: oldest ? Date.parse(oldest.operation.occurred_at) : null };
    });
  }

  /** One row. */
  row(id: Uuid): ReadonlySignal<View | undefined> {
    let shown = this.#rows.get(id);
    if (!shown) this.#rows.set(id, (shown = signal(this.#view(id))));
    return shown;
  }

  /** All rows of an entity, by id. */
  list(entity: string): ReadonlySignal<readonly View[]> {
    let list = this.#lists.get(entity);
    if (!list) {
      list = { ids: this.#idsOf(entity), shown: signal([]) };
      list.shown.value = this.#viewsOf(list.ids);
      this.#lists.set(entity, list);
    }
    return list.shown;
  }

  /** Shows what the store has now. */
  update(changed: Changed): void {
    batch(() => {
      const entities = changed === "all" ? new Set(this.#lists.keys()) : this.#reload(changed);
      if (changed === "all") {
        this.#cache.clear();
        for (const [id, shown] of this.#rows) shown.value = this.#view(id);
      }
      for (const entity of entities) {
        const list = this.#lists.get(entity);
        if (!list) continue;
        list.ids = this.#idsOf(entity);
        list.shown.value = this.#viewsOf(list.ids);
      }
      this.#changes.value += 1;
    });
  }

  /** Looks at rows again; returns the entities whose lists are other ones now. */
  #reload(changed: ReadonlySet<Uuid>): Set<string> {
    const entities = new Set<string>();
    for (const id of changed) {
      const before = this.#cache.get(id);
      this.#cache.delete(id);
      const now = this.#view(id);
      for (const view of [before, now]) if (view) entities.add(view.entity);
      const shown = this.#rows.get(id);
      if (shown) shown.value = now;
    }
    return entities;
  }

  #view(id: Uuid): View | undefined {
    if (!this.#cache.has(id)) {
      const view = this.store.engine.view(id);
      this.#cache.set(id, view && newest(view));
    }
    return this.#cache.get(id);
  }

  #viewsOf(ids: readonly Uuid[]): View[] {
    return ids.map((id) => this.#view(id)).filter((view) => view !== undefined);
  }

  #idsOf(entity: string): readonly Uuid[] {
    const { rows, operations } = this.store.engine;
    const ids = new Set(rows.of(entity));
    for (const { operation } of operations) if (operation.entity === entity) ids.add(operation.row);
    const known = this.#lists.get(entity)?.ids;
    const isSame = known !== undefined && known.length === ids.size && known.every((id) => ids.has(id));
    return isSame ? known : [...ids].sort();
  }
}

/** A row in the newest shape, whatever app stored or edited it. */
function newest(view: View): View {
  const body = up(view.entity, 0, view.body);
  return body === view.body ? view : { ...view, body };
}

function operation(entry: Entry): Operation {
  const { id, entity, row, kind, set, occurred_at } = entry.operation;
  const { conflicts = [], reason, detail } = entry.settled?.receipt ?? {};
  return {
    id,
    entity,
    row,
    kind,
    set,
    occurredAt: Date.parse(occurred_at),
    state: outcomeOf(entry) ?? "unsent",
    conflicts,
    ...(reason ? { reason } : {}),
    ...(detail ? { detail } : {}),
  };
}
