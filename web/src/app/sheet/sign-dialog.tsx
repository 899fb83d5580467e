/** Somebody signs: what they agree to, who they are, and their hand. In the sheet's language, because the client reads it. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Dictionary } from "../../i18n";
import { Button, Dialog, Notice, TextField } from "../../ui";
import type { Uuid } from "../../device";
import { attempt } from "../phone";
import type { SheetContent } from "./compile";
import type { PadProps } from "./pad";
import { shortHash, sign, type Signer } from "./signing";

export function SignDialog({
  sheet,
  content,
  hash,
  party,
  name: known,
  words,
  onClose,
}: {
  sheet: Uuid;
  content: SheetContent;
  hash: string;
  party: Signer["party"];
  name: string;
  words: Dictionary;
  onClose: () => void;
}) {
  const say = words.sheet;
  const [Pad, setPad] = useState<{ is: ComponentType<PadProps> } | null>(null);
  const [name, setName] = useState(known);
  const [role, setRole] = useState("");
  const [drawn, setDrawn] = useState<Parameters<PadProps["onDrawn"]>[0]>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./pad").then(
      (module) => setPad({ is: module.Pad }),
      () => setFailed(true),
    );
  }, []);
  const confirm = async () => {
    setTried(true);
    if (!name.trim() || !drawn) return;
    setBusy(true);
    const done = await attempt(async () => {
      const signer = { party, name: name.trim(), role: role.trim() };
      await sign({ id: sheet, hash, consentVersion: content.consent.version }, signer, drawn.strokes, await drawn.picture());
    });
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={party === "client" ? say.clientSigns : say.technicianSigns}
      closeLabel={words.ui.close}
      onClose={onClose}
      tall
      actions={
        <Button kind="primary" large wide busy={busy} onClick={() => void confirm()}>
          {say.confirm}
        </Button>
      }
    >
      <p class="small" lang={content.language}>
        {content.consent.text}
      </p>
      <p class="muted small">
        {say.fingerprint} <span class="mono">{shortHash(hash)}</span>
      </p>
      <div class="signer">
        <TextField label={say.name} value={name} onInput={setName} maxLength={300} error={tried && !name.trim() ? words.ui.required : undefined} />
      {party === "client" ? <TextField label={say.role} value={role} onInput={setRole} maxLength={300} placeholder={words.ui.optional} /> : null}
      </div>
      {failed ? <Notice tone="fail" icon="warning" title={words.ui.screenFailed} /> : Pad ? <Pad.is label={say.signHere} onDrawn={setDrawn} /> : null}
      <div role="alert">{tried && !drawn ? <p class="field__error">{say.tooShort}</p> : null}</div>
    </Dialog>
  );
}
