/** Logging in at a desk, and once more over the page when a session has ended. */
import { useState } from "preact/hooks";
import { Confirm } from "../app/parts/ask";
import { LoginForm } from "../app/parts/login-form";
import { remember } from "../app/preferences";
import { language, speak, t, type Language } from "../i18n";
import { Button, Dialog, Icon, Segmented } from "../ui";
import { login, loginDue, logout, user } from "./data";
import { c } from "./words";
import "../app/login.css";

export function Login() {
  const words = c().shell;
  return (
    <main class="login">
      <div class="login__column">
        <div class="login__brand">
          <span class="login__mark">
            <Icon name="board" large />
          </span>
          <h1>{words.name}</h1>
          <p class="muted">{words.lead}</p>
        </div>
        <LoginForm enter={login} />
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
            return speak(next);
          }}
        />
        <p class="small">
          <a href="/">{words.app}</a>
        </p>
      </div>
    </main>
  );
}

/** The page behind stays as it is, and so does what was typed into it. */
export function LoginAgain() {
  const words = c().shell;
  const [leaving, setLeaving] = useState(false);
  if (!loginDue.value) return null;
  return (
    <Dialog title={words.loginAgain}>
      <p>{words.loginAgainText}</p>
      <LoginForm email={user.value?.email ?? ""} enter={login} />
      <Button kind="quiet" onClick={() => setLeaving(true)}>
        {words.logInAsOther}
      </Button>
      {leaving ? (
        <Confirm title={words.logInAsOther} yes={words.logInAsOther} kind="danger" onYes={() => void logout()} onClose={() => setLeaving(false)}>
          <p>{words.logInAsOtherText}</p>
        </Confirm>
      ) : null}
    </Dialog>
  );
}
