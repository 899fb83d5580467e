/** Writing down what was said, how long it took and what was used, while a ticket is open: each entry once. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { contentOf, faultsOf, MOST_MINUTES, MOST_PIECES } from "../../app/model/worklog";
import { t } from "../../i18n";
import { Button, NumberField, Segmented, TextArea, TextField } from "../../ui";
import { create, user, type Entities } from "../data";
import { attempt, told } from "../parts/tell";
import { c } from "../words";

type Kind = Entities["worklog_entry"]["kind"];

export function Log({ ticket }: { ticket: string }) {
  const words = c().tickets;
  const { work } = t();
  const [kind, setKind] = useState<Kind>("note");
  const [text, setText] = useState("");
  const [minutes, setMinutes] = useState("15");
  const [part, setPart] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [busy, setBusy] = useState(false);
  const typed = { kind, text, minutes, part, quantity };
  const isWhole = !Object.values(faultsOf(typed)).some(Boolean);
  const add = async () => {
    if (busy || !isWhole || !user.value) return;
    const { userId } = user.value;
    setBusy(true);
    const done = await attempt(() =>
      create("worklog_entry", {
        ticket_id: ticket,
        author_id: userId,
        at: new Date(now.peek()).toISOString(),
        ...contentOf(typed),
      }),
    );
    setBusy(false);
    if (!done) return;
    told(work.added);
    // What was typed while it was sent is the next entry's.
    if (kind === "part") setPart((now) => (now === part ? "" : now));
    else setText((now) => (now === text ? "" : now));
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void add();
      }}
    >
      <Segmented<Kind>
        label={work.logWork}
        hideLabel
        value={kind}
        onChange={setKind}
        options={[
          { value: "note", label: work.logNote, icon: "edit" },
          { value: "time", label: work.logTime, icon: "clock" },
          { value: "part", label: work.logPart, icon: "box" },
        ]}
      />
      {kind === "time" ? <NumberField label={work.minutes} value={minutes} onInput={setMinutes} stepper={{ min: 5, max: MOST_MINUTES }} /> : null}
      {kind === "part" ? (
        <div class="form-line">
          <TextField label={work.part} value={part} onInput={setPart} autocomplete="off" />
          <NumberField label={work.quantity} value={quantity} onInput={setQuantity} stepper={{ min: 1, max: MOST_PIECES }} />
        </div>
      ) : (
        <TextArea label={words.note} hint={words.noteHint} rows={2} value={text} onInput={setText} />
      )}
      <div>
        <Button type="submit" icon="send" busy={busy} disabled={!isWhole}>
          {words.noteAdd}
        </Button>
      </div>
    </form>
  );
}
