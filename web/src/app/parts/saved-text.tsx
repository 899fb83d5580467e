/** A text that saves itself: when the typing pauses, when the field is left, when the screen goes. Nothing to press,
 * nothing to lose; what arrives from elsewhere meanwhile does not overwrite what is being typed. */
import { useEffect, useRef, useState } from "preact/hooks";
import { TextArea, TextField } from "../../ui";

/** How long a pause in typing is, in milliseconds. */
const PAUSE = 1_500;

/** Keeps what is typed until `save` has it: what can't be saved, as on a full phone, stays in the field. */
function useSaved(value: string, save: (text: string) => Promise<boolean>) {
  const [typed, setTyped] = useState<string | null>(null);
  const state = useRef({ typed, value, save });
  state.current = { typed, value, save };
  /** On its way: a pause and leaving the field ask for the same one after the other. */
  const saving = useRef<string | null>(null);
  const commit = () => {
    const { typed, value, save } = state.current;
    if (typed === null || typed === saving.current) return;
    if (typed === value) return setTyped(null);
    saving.current = typed;
    void save(typed).then((isSaved) => {
      if (saving.current === typed) saving.current = null;
      if (isSaved) setTyped((now) => (now === typed ? null : now));
    });
  };
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(commit, PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    const leave = () => document.visibilityState === "hidden" && commit();
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      commit();
    };
  }, []);
  return { shown: typed ?? value, setTyped, commit };
}

interface Props {
  label: string;
  hint?: string;
  value: string | null | undefined;
  /** Called with what was typed, which differs from `value`; resolves to whether it was saved. */
  onSave: (text: string) => Promise<boolean>;
  rows?: number;
  line?: boolean;
}

export function SavedText({ value, onSave, line, rows = 3, ...rest }: Props) {
  const { shown, setTyped, commit } = useSaved(value ?? "", onSave);
  return (
    <div onFocusOut={commit}>
      {line ? <TextField {...rest} value={shown} onInput={setTyped} /> : <TextArea {...rest} rows={rows} value={shown} onInput={setTyped} />}
    </div>
  );
}
