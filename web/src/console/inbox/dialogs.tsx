/** What a decision needs to know: another value, or that two devices are one. */
import { useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { Confirm } from "../../app/parts/ask";
import { SaveDialog } from "../../app/parts/save-dialog";
import { toast } from "../../ui";
import { post, readRow, row, take, type EntityName, type Row, type Sent } from "../data";
import { nameOf } from "../values";
import { c } from "../words";
import { fieldsOf, startOf, type Conflict } from "./conflict";
import { isTypable, ValueField } from "./value-field";

export function OtherValueDialog({ conflict: { fields }, onClose, onValues }: { conflict: Row<"conflict">; onClose: () => void; onValues: (values: Record<string, unknown>) => void }) {
  const words = c().inbox;
  const start = startOf(fields);
  const [values, setValues] = useState<Record<string, unknown>>(start);
  const like = { ...fields.current.values, ...fields.incoming.values } as Record<string, unknown>;
  const typed = fieldsOf(fields).filter((field) => isTypable(start[field] ?? like[field]));
  const isTag = fields.kind === "duplicate_tag";
  return (
    <SaveDialog
      title={isTag ? words.newTag(nameOf("asset", fields.row_id)) : words.otherTitle}
      onClose={onClose}
      onSave={async () => {
        onClose();
        // Every field of the conflict is decided, also those that stay as they are.
        onValues(Object.fromEntries(Object.entries(values).filter(([field]) => field in fields.current.values)));
      }}
    >
      {isTag ? null : <p class="muted">{words.otherText}</p>}
      {typed.map((field) => (
        <ValueField
          key={field}
          entity={fields.entity as EntityName}
          field={field}
          value={values[field]}
          like={like[field]}
          onChange={(next) => setValues((before) => ({ ...before, [field]: next }))}
        />
      ))}
    </SaveDialog>
  );
}

export function MergeDialog({ conflict, onClose, onMerged }: { conflict: Conflict; onClose: () => void; onMerged: () => void }) {
  const words = c().inbox;
  const { row_id: from, other_row_id: into } = conflict;
  const merge = async () => {
    try {
      const seen = row("asset", from)?.version;
      if (!into || !seen) throw new Error("the devices are not known here");
      take("asset", await post<Sent<"asset">>(`/v1/assets/${from}/merge`, { into }, seen));
      await readRow("asset", into);
      toast(words.merged);
      onMerged();
    } catch (error) {
      toast(explain(error), { failed: true });
    }
  };
  return (
    <Confirm title={words.mergeTitle} yes={words.mergeYes} kind="danger" onClose={onClose} onYes={() => void merge()}>
      <p>{words.mergeText(nameOf("asset", from), into ? nameOf("asset", into) : "…")}</p>
    </Confirm>
  );
}
