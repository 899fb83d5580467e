/** Me: how sync stands, language, appearance, the place on the phone, logging out. */
import { useState } from "preact/hooks";
import { language, speak, t, type Language } from "../i18n";
import { Badge, Button, Card, Dialog, List, Notice, Progress, Row, Segmented, toast } from "../ui";
import { UnsentWork } from "../device";
import { now } from "./model/clock";
import { ago, bytes } from "./model/format";
import { attempt, phone } from "./phone";
import { choose, remember, theme, type Theme } from "./preferences";
import { go, to } from "./router";
import { Screen, troubleCount, unsent } from "./shell";

function Storage() {
  const words = t().me;
  const { persisted, used, quota } = phone().storage.state.value;
  const ask = () =>
    attempt(async () => {
      if (!(await phone().storage.askToPersist())) toast(words.keepRefused, { failed: true });
    });
  return (
    <Card title={words.storage}>
      <div class="stack">
        {used !== null && quota !== null ? (
          <Progress label={words.storageUsed(bytes(used), bytes(quota))} value={used} max={quota} />
        ) : null}
        <p class={persisted ? "muted small" : "small"}>{persisted ? words.kept : words.notKept}</p>
        {persisted ? null : (
          <Button wide onClick={() => void ask()}>
            {words.keep}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Logout({ onClose }: { onClose: () => void }) {
  const words = t().me;
  const { unsentEdits, unsentPhotos } = phone().sync.status.value;
  const warned = unsentEdits + unsentPhotos > 0;
  const leave = async (leaveUnsent: boolean) => {
    await attempt(async () => {
      try {
        await phone().session.logout({ leaveUnsent });
        onClose();
        go("/", { replace: true });
      } catch (error) {
        // Something was entered between the warning and the touch; the warning shows now.
        if (!(error instanceof UnsentWork)) throw error;
      }
    });
  };
  return (
    <Dialog
      title={warned ? words.unsentTitle : words.logoutTitle}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        warned ? (
          <>
            <Button kind="primary" large wide icon="sync" onClick={() => void attempt(() => phone().sync.now())}>
              {words.sendFirst}
            </Button>
            <Button kind="danger" wide onClick={() => void leave(true)}>
              {words.leave}
            </Button>
          </>
        ) : (
          <Button kind="danger" large wide icon="logout" onClick={() => void leave(false)}>
            {words.logout}
          </Button>
        )
      }
    >
      <p>{warned ? words.unsentText(t().sync.amount(unsentEdits, unsentPhotos)) : words.logoutText}</p>
    </Dialog>
  );
}

export default function Me() {
  const words = t().me;
  const [leaving, setLeaving] = useState(false);
  const user = phone().session.user.value;
  const status = phone().sync.status.value;
  const trouble = troubleCount();
  const waiting = unsent();
  return (
    <Screen title={words.title}>
      <div class="stack stack--tight">
        <p class="me-name">{user?.name}</p>
        <p class="muted">{user?.email}</p>
      </div>
      {phone().app.waiting.value ? (
        <Notice
          icon="sync"
          title={words.update}
          action={
            <Button kind="primary" onClick={() => void attempt(() => phone().app.apply())}>
              {words.updateNow}
            </Button>
          }
        >
          {words.updateText}
        </Notice>
      ) : null}
      <Card plain>
        <List>
          <Row
            icon={status.online ? "sync" : "offline"}
            title={t().sync.title}
            subtitle={status.lastSync ? t().sync.lastSync(ago(status.lastSync, now.value)) : t().sync.never}
            meta={trouble ? <Badge tone="flag">{trouble}</Badge> : waiting ? <Badge tone="accent">{t().sync.unsentShort(waiting)}</Badge> : undefined}
            href={to("/sync")}
          />
          <Row icon="label" title={words.tags} subtitle={words.tagsLeft(phone().supplies.tagsLeft.value)} />
        </List>
      </Card>
      <Segmented<Language>
        label={words.language}
        value={language()}
        onChange={(next) => {
          remember("language", next);
          void speak(next);
        }}
        options={[
          { value: "zh-CN", label: "中文" },
          { value: "en", label: "English" },
        ]}
      />
      <Segmented<Theme>
        label={words.theme}
        value={theme.value}
        onChange={choose}
        options={[
          { value: "auto", label: words.auto },
          { value: "light", label: words.light },
          { value: "dark", label: words.dark },
        ]}
      />
      <Storage />
      <Button kind="danger" icon="logout" wide onClick={() => setLeaving(true)}>
        {words.logout}
      </Button>
      {leaving ? <Logout onClose={() => setLeaving(false)} /> : null}
    </Screen>
  );
}
