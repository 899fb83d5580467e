/** Logging in: the one thing that needs the network. */
import { language, speak, t, type Language } from "../i18n";
import { Icon, Notice, Segmented } from "../ui";
import { explain } from "./model/explain";
import { LoginForm } from "./parts/login-form";
import { phone } from "./phone";
import { remember } from "./preferences";
import "./login.css";

export function Login() {
  const words = t().login;
  const { problem } = phone().sync.status.value;
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
        {problem ? <Notice tone="flag" icon="info" title={explain(problem)} /> : null}
        <LoginForm
          enter={async (email, password) => {
            await phone().session.login(email, password);
            // Asked for here because it follows a touch; a browser that says no is asked again on the page of settings.
            void phone().storage.askToPersist();
          }}
        />
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
