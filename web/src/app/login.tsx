/** Logging in: the one thing that needs the network. */
import { useState } from "preact/hooks";
import { language, speak, t, type Language } from "../i18n";
import { Button, Icon, IconButton, Notice, Segmented, TextField } from "../ui";
import { explain, phone } from "./phone";
import { remember } from "./preferences";
import "./login.css";

/** The form itself, used again where the server wants the password once more. */
export function LoginForm({ email: known = "", onDone }: { email?: string; onDone?: () => void }) {
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
      await phone().session.login(email.trim(), password);
      // Asked for here because it follows a touch; a browser that says no is asked again on the page of settings.
      void phone().storage.askToPersist();
      onDone?.();
    } catch (refused) {
      setError(explain(refused));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack login__form"
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

export function Login() {
  const words = t().login;
  return (
    <main class="login">
      <div class="login__column">
        <div class="login__brand">
          <span class="login__mark">
            <Icon name="pin" large />
          </span>
          <h1>{t().app.name}</h1>
          <p class="muted">{words.lead}</p>
        </div>
        <LoginForm />
        <p class="muted small">{words.once}</p>
        <Segmented<Language>
          label={t().me.language}
          hideLabel
          value={language()}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(next) => {
            remember("language", next);
            void speak(next);
          }}
        />
      </div>
    </main>
  );
}
