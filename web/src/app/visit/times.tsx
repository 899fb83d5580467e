/** When the steps really happened; who was later with the phone than with the work sets it right here. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Card, List, Row } from "../../ui";
import type { Entities, Row as DataRow } from "../../device";
import { now, stamp } from "../model/clock";
import { when } from "../model/format";
import { isInOrder, isOpen, TIMES, type Time } from "../model/visit";
import { HappenedAt } from "../parts/ask";
import { SaveDialog } from "../parts/save-dialog";
import { attempt, phone, row } from "../phone";

type VisitRow = DataRow<Entities["visit"]>;

function TimeDialog({ visit, time, onClose }: { visit: VisitRow; time: Time; onClose: () => void }) {
  const [at, setAt] = useState(visit.body[time] ?? stamp());
  const isGood = isInOrder({ ...visit.body, [time]: at }, now.value);
  const save = async () => {
    if (isGood && (await attempt(() => phone().records.update(visit.id, { [time]: at })))) onClose();
  };
  return (
    <SaveDialog title={t().field[time] ?? time} onSave={save} onClose={onClose}>
      <HappenedAt value={at} onChange={setAt} error={isGood ? undefined : t().work.outOfOrder} />
    </SaveDialog>
  );
}

export function TimesCard({ visit }: { visit: VisitRow }) {
  const [changing, setChanging] = useState<Time | null>(null);
  const zone = row("site", visit.body.site_id)?.body.time_zone;
  const known = TIMES.filter((time) => visit.body[time]);
  if (!known.length) return null;
  return (
    <Card title={t().field.times ?? ""} plain>
      <List>
        {known.map((time) => (
          <Row
            key={time}
            icon="clock"
            title={t().field[time]}
            subtitle={when(visit.body[time] ?? "", now.value, zone)}
            {...(isOpen(visit.body) ? { onClick: () => setChanging(time) } : {})}
          />
        ))}
      </List>
      {changing ? <TimeDialog visit={visit} time={changing} onClose={() => setChanging(null)} /> : null}
    </Card>
  );
}
