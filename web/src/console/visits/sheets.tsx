/** The sheets of a visit, with the PDF as the client got it. */
import { t } from "../../i18n";
import { Badge, Button } from "../../ui";
import { getBlob, useRecords } from "../data";
import { attempt } from "../parts/tell";

/** Opens bytes that only a login gives, in a tab of their own. */
export async function openBlob(path: string): Promise<void> {
  // Opened first: after waiting, browsers take it for a pop-up.
  const tab = window.open("", "_blank");
  const isDone = await attempt(async () => {
    const url = URL.createObjectURL(await getBlob(path));
    if (tab) tab.location.href = url;
    else location.assign(url);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
  if (!isDone) tab?.close();
}

export function Sheets({ visit }: { visit: string }) {
  const sheets = useRecords("service_sheet", { parent: visit }, (fields) => fields.visit_id === visit).rows.value;
  if (!sheets.length) return null;
  return (
    <div class="line line--wrap">
      {sheets.map(({ id, fields }) => (
        <span key={id} class="line">
          <Badge tone={fields.status === "signed" ? "pass" : fields.status === "refused" ? "fail" : "neutral"} icon="sheet">
            {t().entity.service_sheet}: {t().sheetStatus[fields.status]}
          </Badge>
          {fields.status === "draft" ? null : (
            <Button kind="quiet" icon="print" onClick={() => void openBlob(`/v1/service-sheets/${id}/document.pdf`)}>
              PDF
            </Button>
          )}
        </span>
      ))}
    </div>
  );
}
