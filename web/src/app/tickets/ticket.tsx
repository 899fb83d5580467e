/** One ticket: what is wrong, what it turned out to be, what was done. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, List, Row, toast } from "../../ui";
import { now, stamp } from "../model/clock";
import { when } from "../model/format";
import { AskReason } from "../parts/ask";
import { AssetPicker } from "../assets/picker";
import { Photos } from "../parts/photos";
import { Reporter } from "../parts/reporter";
import { SavedText } from "../parts/saved-text";
import { attempt, attemptAndTell, phone, row } from "../phone";
import { to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { Worklog } from "../visit/worklog";
import { isOpenTicket, TicketBadges, type Ticket } from "./row";

export default function TicketScreen({ params, query }: ScreenProps) {
  const words = t().tickets;
  const [asking, setAsking] = useState<"wait" | "device" | null>(null);
  const ticket = row("ticket", params.id);
  const visit = query.get("visit");
  const up = visit ? `/visits/${visit}` : "/tickets";
  if (!ticket) {
    return (
      <Screen title={words.title} up={up}>
        <Empty icon="ticket" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const { id, body } = ticket;
  const contact = row("contact", body.contact_id)?.body;
  const change = (fields: Parameters<ReturnType<typeof phone>["records"]["update"]>[1]) => phone().records.update(id, fields);
  const status: NonNullable<Ticket["status"]> = body.status ?? "new";
  const save = (field: string) => (text: string) => attempt(() => change({ [field]: text || null }));
  const solve = () => {
    if (!body.solution?.trim()) {
      toast(words.needSolution, { failed: true });
      return;
    }
    void attemptAndTell(
      () => change({ status: "solved", solved_at: stamp() }),
      words.solved,
    );
  };
  const next =
    status === "new" || status === "assigned" || status === "reopened" ? (
      <Button kind="primary" large icon="tools" onClick={() => void attempt(() => change({ status: "in_progress" }))}>
        {words.start}
      </Button>
    ) : status === "in_progress" ? (
      <div class="next-step">
        <Button kind="quiet" onClick={() => setAsking("wait")}>
          {words.wait}
        </Button>
        <Button kind="primary" large icon="check" onClick={solve}>
          {words.solve}
        </Button>
      </div>
    ) : status === "pending" ? (
      <Button kind="primary" large icon="tools" onClick={() => void attempt(() => change({ status: "in_progress" }))}>
        {words.resume}
      </Button>
    ) : status === "solved" || status === "closed" ? (
      <Button icon="undo" onClick={() => void attempt(() => change({ status: "reopened" }))}>
        {words.reopen}
      </Button>
    ) : undefined;
  const devices = (body.asset_ids ?? []).map((asset) => row("asset", asset)).filter((one) => one !== undefined);
  const open = isOpenTicket(body);
  return (
    <Screen title={body.number ?? words.noNumber} up={up} bottom={next}>
      <section class="stack">
        <h2 class="ticket-title">{body.title}</h2>
        <div class="line line--wrap">
          <TicketBadges ticket={body} />
          {ticket.unsent ? <Badge icon="upload">{t().ui.unsent}</Badge> : null}
        </div>
        {status === "pending" && body.pending_reason ? <p class="muted">{body.pending_reason}</p> : null}
      </section>
      <Card>
        <Facts
          of={[
            [t().entity.client, row("client", body.client_id)?.body.name],
            [words.site, row("site", body.site_id)?.body.name],
            [words.by, contact || body.reported_by ? <Reporter contact={contact} text={body.reported_by} /> : null],
            [words.reported, body.reported_at ? when(body.reported_at, now.value) : ""],
          ]}
        />
      </Card>
      <Card>
        <div class="stack stack--wide">
          <SavedText label={words.description} value={body.description} onSave={save("description")} />
          <SavedText label={words.diagnosis} hint={words.diagnosisHint} value={body.diagnosis} onSave={save("diagnosis")} />
          <SavedText label={words.solution} hint={words.solutionHint} value={body.solution} onSave={save("solution")} />
        </div>
      </Card>
      <Card
        title={words.devices}
        plain
        action={
          open ? (
            <Button kind="quiet" icon="plus" onClick={() => setAsking("device")}>
              {t().ui.add}
            </Button>
          ) : undefined
        }
      >
        {devices.length ? (
          <List label={words.devices}>
            {devices.map((asset) => (
              <Row
                key={asset.id}
                icon="asset"
                title={asset.body.name}
                subtitle={[asset.body.tag, asset.body.location].filter(Boolean).join(" · ")}
                href={to(`/assets/${asset.id}`)}
              />
            ))}
          </List>
        ) : (
          <p class="muted pad">{t().ui.none}</p>
        )}
      </Card>
      <Worklog ticket={id} {...(visit ? { visit } : {})} title={words.worklog} closed={!open} />
      <Card title={t().photos.add}>
        <Photos owner={id} />
      </Card>
      {asking === "wait" ? (
        <AskReason
          title={words.waitTitle}
          label={words.waitTitle}
          yes={t().ui.save}
          onClose={() => setAsking(null)}
          onAnswer={(reason) => void attempt(() => change({ status: "pending", pending_reason: reason }))}
        />
      ) : null}
      {asking === "device" ? (
        <AssetPicker
          title={words.addDevice}
          site={body.site_id ?? undefined}
          onClose={() => setAsking(null)}
          onPick={(asset) => void attempt(() => change({ asset_ids: { add: [asset] } }))}
        />
      ) : null}
    </Screen>
  );
}
