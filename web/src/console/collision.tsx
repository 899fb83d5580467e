/** Somebody else was first: both values side by side, who it was, and the choice. */
import { now } from "../app/model/clock";
import { ago } from "../app/model/format";
import { t } from "../i18n";
import { Button, Dialog } from "../ui";
import { collision, get, plural, row, useLoaded, type Collision } from "./data";
import { value } from "./values";
import { c } from "./words";
import "./collision.css";

interface Entry {
  readonly user_id?: string | null;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly recorded_at: string;
}

function Choice({ of }: { of: Collision }) {
  const words = c().shell;
  // In the order of what was wanted: the start before the end.
  const fields = [...new Set([...Object.keys(of.mine), ...Object.keys(of.theirs)])].filter((field) => field in of.theirs).filter((field) => JSON.stringify(of.theirs[field] ?? null) !== JSON.stringify(of.mine[field] ?? null));
  const history = useLoaded(of.id, (signal) => get<Entry[]>(`/v1/${plural[of.entity]}/${of.id}/history`, {}, { signal }));
  const last = history.value?.find((entry) => fields.some((field) => field in entry.changes));
  const name = last && (last.user_id ? row("user", last.user_id)?.fields.name : words.theServer);
  const named = t().field;
  return (
    <Dialog
      title={words.collision}
      onClose={() => of.decide("theirs")}
      closeLabel={words.keepTheirs}
      actions={
        <>
          <Button kind="primary" onClick={() => of.decide("theirs")}>
            {words.keepTheirs}
          </Button>
          <Button onClick={() => of.decide("mine")}>{words.takeMine}</Button>
        </>
      }
    >
      <p>
        {name && last ? `${words.collisionWho(name, ago(Date.parse(last.recorded_at), now.value))} ` : ""}
        {words.collisionText}
      </p>
      <table class="collision">
        <thead>
          <tr>
            <th scope="col">{words.field}</th>
            <th scope="col">{words.theirs}</th>
            <th scope="col">{words.yours}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{named[field] ?? field}</th>
              <td>{value(of.entity, field, of.theirs[field])}</td>
              <td>{field in of.mine ? value(of.entity, field, of.mine[field]) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

export function CollisionDialog() {
  return collision.value ? <Choice of={collision.value} /> : null;
}
