/** The sheets of a visit: how they stand, what the client said to them, the PDF as they got it, and a new link to sign by. */
import { useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { dateAndTime } from "../../app/model/format";
import { t } from "../../i18n";
import { Badge, Button, Notice, toast } from "../../ui";
import { getBlob, post, Problem, useRecords, user, type Row } from "../data";
import { author, useHistory } from "../parts/history";
import { attempt } from "../parts/tell";
import { c } from "../words";

/** Opens bytes that only a login gives, in a tab of their own. */
export const openBlob = (path: string): Promise<void> => openBytes(() => getBlob(path));

/** Opens what is asked for in a tab of its own. */
export async function openBytes(ask: () => Promise<Blob>): Promise<void> {
  // Opened first: after waiting, browsers take it for a pop-up.
  const tab = window.open("", "_blank");
  const isDone = await attempt(async () => {
    const url = URL.createObjectURL(await ask());
    if (tab) tab.location.href = url;
    else location.assign(url);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
  if (!isDone) tab?.close();
}

type Sheet = Row<"service_sheet">;

/** Mails the client a new link to read and sign a sheet by. */
function SendLink({ sheet }: { sheet: string }) {
  const words = c().sheets;
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const { recipient } = await post<{ recipient: string }>(`/v1/service-sheets/${sheet}/send-link`, {});
      toast(words.linkSent(recipient));
    } catch (error) {
      const isNobody = error instanceof Problem && error.code === "not_ready" && error.field === "contact_id";
      toast(isNobody ? words.noAddress : explain(error), { failed: true });
    }
    setBusy(false);
  };
  return (
    <Button kind="quiet" icon="send" busy={busy} onClick={() => void send()}>
      {words.newLink}
    </Button>
  );
}

/** Words about a sheet, whose they are, and since when. */
function Said({ title, text, by, at, tone }: { title: string; text: string; by: string; at?: string | null | undefined; tone: "fail" | "flag" | "accent" }) {
  return (
    <Notice tone={tone} icon="sheet" title={title}>
      <p class="prose">{text}</p>
      {at ? (
        <p class="muted">
          {by}, {dateAndTime(at)}
        </p>
      ) : null}
    </Notice>
  );
}

/** Why a sheet was not signed there and then: what the client wrote at its link, or what was noted of them. */
function Reason({ sheet: { id, fields }, reason }: { sheet: Sheet; reason: string }) {
  const words = c().sheets;
  const [given] = useHistory("service_sheet", id, "reason").value ?? [];
  const by = given?.user_id ? words.notedBy(author(given.user_id)) : words.byClient;
  const [title, tone] = fields.status === "refused" ? ([words.refused, "fail"] as const) : fields.status === "absent" ? ([words.absent, "flag"] as const) : ([words.before, "accent"] as const);
  return <Said title={title} text={reason} by={by} at={given?.occurred_at} tone={tone} />;
}

function OneSheet({ sheet }: { sheet: Sheet }) {
  const words = c().sheets;
  const { id, fields } = sheet;
  const isAsked = fields.status !== "draft" && fields.status !== "signed";
  return (
    <div class="stack stack--tight">
      <div class="line line--wrap">
        <Badge tone={fields.status === "signed" ? "pass" : fields.status === "refused" ? "fail" : "neutral"} icon="sheet">
          {t().entity.service_sheet}: {t().sheetStatus[fields.status]}
        </Badge>
        {fields.status === "draft" ? null : (
          <Button kind="quiet" icon="print" onClick={() => void openBlob(`/v1/service-sheets/${id}/document.pdf`)}>
            PDF
          </Button>
        )}
        {isAsked && user.value?.role !== "support" ? <SendLink sheet={id} /> : null}
      </div>
      {fields.reason ? <Reason sheet={sheet} reason={fields.reason} /> : null}
      {fields.remark ? <Said title={words.remark} text={fields.remark} by={words.byClient} at={fields.remarked_at} tone="flag" /> : null}
    </div>
  );
}

export function Sheets({ visit }: { visit: string }) {
  const sheets = useRecords("service_sheet", { parent: visit }, (fields) => fields.visit_id === visit).rows.value;
  if (!sheets.length) return null;
  return (
    <div class="stack">
      {sheets.map((sheet) => (
        <OneSheet key={sheet.id} sheet={sheet} />
      ))}
    </div>
  );
}
