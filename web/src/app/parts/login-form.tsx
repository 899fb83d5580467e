/** E-mail and password, at the first login and where the server wants the password once more. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, IconButton, Notice, TextField } from "../../ui";
import { explain } from "../model/explain";

/** `enter` logs in; what it throws is told in place, and what was typed stays. */
export function LoginForm({ email: known = "", enter }: { email?: string; enter: (email: string, password: string) => Promise<void> }) {
  const words = t().login;
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await enter(email.trim(), password);
    } catch (refused) {
      setError(explain(refused));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <TextField label={words.email} type="email" value={email} onInput={setEmail} autocomplete="username" required />
      <TextField
        label={words.password}
        type={shown ? "text" : "password"}
        value={password}
        onInput={setPassword}
        autofocus={known !== ""}
        autocomplete="current-password"
        required
        trailing={<IconButton icon={shown ? "eye-off" : "eye"} label={shown ? words.hide : words.show} onClick={() => setShown(!shown)} />}
      />
      <div role="alert">{error ? <Notice tone="fail" icon="warning" title={error} /> : null}</div>
      <Button type="submit" kind="primary" large wide busy={busy}>
        {words.submit}
      </Button>
    </form>
  );
}
