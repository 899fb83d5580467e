/** The tickets on this phone. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Card, Empty, LinkButton, Search, Tabs } from "../../ui";
import { search } from "../model/search";
import { LongList } from "../parts/long-list";
import { me, row, rows } from "../phone";
import { to } from "../router";
import { Screen } from "../shell";
import { isOpenTicket, TicketRow } from "./row";

const WEIGHT: Record<string, number> = { urgent: 0, high: 1, normal: 2, low: 3 };
type Tab = "mine" | "open" | "closed";

export default function Tickets() {
  const words = t().tickets;
  const [query, setQuery] = useState("");
  const [tab, setTab] = useState<Tab>("open");
  const all = search(rows("ticket"), query, ({ body }) => [
    body.number,
    body.title,
    body.description,
    row("client", body.client_id)?.body.name,
    row("site", body.site_id)?.body.name,
  ]);
  const open = all.filter(({ body }) => isOpenTicket(body));
  const of = {
    mine: open.filter(({ body }) => body.assignee_id === me()),
    open,
    closed: all.filter(({ body }) => !isOpenTicket(body)),
  };
  const weight = (priority: string | undefined) => WEIGHT[priority ?? "normal"] ?? 2;
  const shown = [...of[tab]].sort(
    (a, b) => weight(a.body.priority) - weight(b.body.priority) || ((a.body.reported_at ?? "") < (b.body.reported_at ?? "") ? 1 : -1),
  );
  return (
    <Screen title={words.title}>
      <Search label={words.search} value={query} onInput={setQuery} />
      <Tabs<Tab>
        label={words.title}
        value={tab}
        onChange={setTab}
        options={[
          { value: "open", label: words.open, count: of.open.length },
          { value: "mine", label: words.mine, count: of.mine.length },
          { value: "closed", label: words.closed, count: of.closed.length },
        ]}
      />
      {shown.length ? (
        <Card plain>
          <LongList key={`${tab} ${query}`} label={words.title} of={shown}>
            {(ticket) => <TicketRow key={ticket.id} ticket={ticket} />}
          </LongList>
        </Card>
      ) : (
        <Empty icon="ticket" title={query ? words.nothingFound : words.none} text={query ? "" : words.noneText} />
      )}
      <LinkButton icon="plus" href={to("/tickets/new")} wide>
        {words.new}
      </LinkButton>
    </Screen>
  );
}
