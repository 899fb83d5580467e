/** Everybody's devices: which are silent, and taking one away with what that means told first. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime, longDate, span } from "../../app/model/format";
import { explain } from "../../app/model/explain";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Dialog, Empty, Facts, IconButton, LinkButton, Notice, toast } from "../../ui";
import { destroy, get, post, useLoaded, useRecords, user } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect } from "../table/filters";
import type { Listed } from "../table/list";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { nameOf } from "../values";
import { c } from "../words";
import { arranged, mayManage, unsentSince, wrongBy, type Device, type State } from "./device";
import "./devices.css";

const tones = { active: "pass", silent: "flag", revoked: "neutral" } as const;

function StateBadge({ device }: { device: Device }) {
  const { state, wipe } = device;
  return <Badge tone={tones[state]}>{c().devices.states[wipe?.delivered_at ? "wiped" : state]}</Badge>;
}

/** Whether it is the one this page is open on. */
const isOwn = ({ id }: Device): boolean => id === user.value?.deviceId;

/** Revokes it; resolves to whether it can be told to forget what it has read. */
async function revokeDevice({ id, has_key: hasKey }: Device): Promise<boolean> {
  if (mayManage(user.value?.role)) return (await post<{ has_key: boolean }>(`/v1/devices/${id}/wipe`, {})).has_key;
  await destroy(`/v1/devices/${id}`);
  return hasKey;
}

/** A clock in words. */
function clock(device: Device): string {
  const words = c().devices;
  const wrong = wrongBy(device);
  if (!wrong) return words.clockRight;
  return wrong > 0 ? words.clockAhead(span(wrong)) : words.clockBehind(span(-wrong));
}

/** Work that lies on the device alone, as it told. */
function Unsent({ device }: { device: Device }) {
  const words = c().devices;
  const since = unsentSince(device);
  if (!since || !device.report) return null;
  return (
    <Notice tone="flag" icon="upload" title={words.unsentTitle(device.report.unsent, ago(Date.parse(since), now.value))}>
      {words.unsentText(ago(Date.parse(device.report.reported_at), now.value))}
    </Notice>
  );
}

function RevokeDialog({ device, onClose, onRevoked }: { device: Device; onClose: () => void; onRevoked: () => void }) {
  const words = c().devices;
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      toast((await revokeDevice(device)) ? words.revokedDone(device.name) : words.revokedNoKey(device.name));
      onClose();
      // It stays in sight, with how far its wipe has come.
      setParameters({ state: null });
      onRevoked();
    } catch (error) {
      toast(explain(error), { failed: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={words.revokeTitle(device.name)}
      onClose={onClose}
      closeLabel={t().ui.close}
      actions={
        <>
          <Button kind="danger" busy={busy} onClick={() => void revoke()}>
            {words.revoke}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t().ui.cancel}
          </Button>
        </>
      }
    >
      {isOwn(device) ? <Notice tone="fail" icon="warning" title={words.revokeOwn} /> : null}
      <p>
        {[nameOf("user", device.user_id), words.lastHeard(ago(Date.parse(device.last_seen_at), now.value))].join(" · ")}
      </p>
      <Unsent device={device} />
      <h3>{words.consequences}</h3>
      <ul class="consequences">
        {words.will.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="strong">{words.wont}</p>
    </Dialog>
  );
}

function Detail({ device, onRevoked }: { device: Device; onRevoked: () => void }) {
  const words = c().devices;
  const [revoking, setRevoking] = useState(false);
  const ranges = useRecords("tag_range").rows.value.filter(({ fields }) => fields.device_id === device.id);
  const { state } = device;
  const heard = ago(Date.parse(device.last_seen_at), now.value);
  const tag = (prefix: string, number: number, width: number) => `${prefix}${String(number).padStart(width, "0")}`;
  return (
    <article class="stack" aria-labelledby="device-title">
      <div class="line">
        <h2 id="device-title" class="grow device-title">
          {device.name}
        </h2>
        {isOwn(device) ? <Badge tone="accent">{words.this}</Badge> : null}
        <StateBadge device={device} />
        <IconButton icon="close" label={words.close} onClick={() => setParameters({ id: null })} />
      </div>
      {state === "silent" ? (
        <Notice tone="flag" icon="clock" title={words.silentTitle(heard)}>
          {words.silentText}
        </Notice>
      ) : null}
      {device.revoked_at ? (
        <Notice
          tone={device.wipe?.delivered_at ? "pass" : "accent"}
          icon={device.wipe?.delivered_at ? "check" : "info"}
          title={device.wipe?.delivered_at ? words.wiped(dateAndTime(device.wipe.delivered_at)) : words.revokedAt(dateAndTime(device.revoked_at))}
          action={
            <div>
              <LinkButton href={to("/inbox?view=quarantine")}>{words.toInbox}</LinkButton>
            </div>
          }
        >
          {device.wipe?.delivered_at ? words.revokedText : words.notYetWiped}
        </Notice>
      ) : (
        <Unsent device={device} />
      )}
      <div class="card">
        <Facts
          of={[
            [words.person, nameOf("user", device.user_id)],
            [words.lastSeen, `${heard} (${dateAndTime(device.last_seen_at)})`],
            [words.platform, [device.platform, device.report?.app_version].filter(Boolean).join(", ")],
            [words.unsent, device.report ? words.unsentTold(words.unsentCount(device.report.unsent), ago(Date.parse(device.report.reported_at), now.value)) : words.unknown],
            [words.enrolled, dateAndTime(device.enrolled_at)],
            [words.clock, clock(device)],
            [words.key, device.has_key ? words.hasKey : words.noKey],
            [words.tags, ranges.map(({ fields }) => words.tagsLeft(tag(fields.prefix, fields.first, fields.width), tag(fields.prefix, fields.last, fields.width))).join(", ")],
          ]}
        />
        {wrongBy(device) ? <p class="muted small">{words.clockText}</p> : null}
      </div>
      {state === "revoked" ? null : (
        <div>
          <Button kind="danger" icon="trash" onClick={() => setRevoking(true)}>
            {words.revoke}
          </Button>
        </div>
      )}
      {revoking ? <RevokeDialog device={device} onClose={() => setRevoking(false)} onRevoked={onRevoked} /> : null}
    </article>
  );
}

export default function Devices({ query }: PageProps) {
  const words = c().devices;
  const [order, setOrder] = useState("-last_seen_at");
  const [state, person, text, open] = ["state", "person", "q", "id"].map((name) => query.get(name) ?? "") as [State | "", string, string, string];
  const ofEverybody = mayManage(user.value?.role);
  const asked = { state, q: text, ...(ofEverybody ? { user: person, everybody: true } : {}) };
  const read = useLoaded(`devices ${JSON.stringify(asked)}`, (signal) => get<Device[]>("/v1/devices", asked, { signal }));
  const all = read.value ?? [];
  const called = (id: string) => nameOf("user", id);
  const rows = arranged(all, order, called);
  const list: Listed<Device> = { rows, loading: !read.value && !read.problem, growing: false, error: read.problem, more: false, grow: () => {}, reload: read.reload };
  const people = useRecords("user").rows.value;
  const device = all.find(({ id }) => id === open);
  const columns: Column<Device>[] = [
    { key: "name", title: words.name, sort: "name", cell: (one) => (isOwn(one) ? <>{one.name} <Badge tone="accent">{words.this}</Badge></> : one.name) },
    { key: "person", title: words.person, sort: "person", cell: ({ user_id }) => called(user_id) },
    {
      key: "seen",
      title: words.lastSeen,
      sort: "last_seen_at",
      look: "fit",
      cell: ({ last_seen_at }) => <time title={dateAndTime(last_seen_at)}>{ago(Date.parse(last_seen_at), now.value)}</time>,
    },
    { key: "state", title: words.state, look: "fit", cell: (one) => <StateBadge device={one} /> },
  ];
  const more: Column<Device>[] = [
    { key: "platform", title: words.platform, cell: ({ platform, report }) => [platform, report?.app_version].filter(Boolean).join(", ") },
    {
      key: "unsent",
      title: words.unsent,
      cell: (one) => {
        const since = unsentSince(one);
        return since && one.report ? <Badge tone="flag">{words.unsentShort(one.report.unsent, ago(Date.parse(since), now.value))}</Badge> : one.report ? words.unsentCount(0) : <span class="muted">{words.unknown}</span>;
      },
    },
    { key: "clock", title: words.clock, cell: (one) => (wrongBy(one) ? <Badge tone="flag">{clock(one)}</Badge> : <span class="muted">{clock(one)}</span>) },
    { key: "enrolled", title: words.enrolled, sort: "enrolled_at", look: "fit", cell: ({ enrolled_at }) => longDate(enrolled_at) },
  ];
  const filtered = Boolean(state || person || text);
  return (
    <Page title={words.title} fill>
      <Split
        list={
          <>
            <Filters label={c().table.filters} end={device ? undefined : <ExportMenu path="/v1/devices" name={words.title} query={asked} />}>
              <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q })} />
              <FilterSelect
                label={words.state}
                all={words.any}
                value={state}
                options={(["active", "silent", "revoked"] as const).map((value) => ({ value, label: words[value] }))}
                onChange={(next) => setParameters({ state: next })}
              />
              {ofEverybody ? (
                <FilterSelect label={words.person} all={words.anybody} value={person} options={people.map(({ id, fields }) => ({ value: id, label: fields.name }))} onChange={(next) => setParameters({ person: next })} />
              ) : null}
            </Filters>
            {ofEverybody ? null : <p class="muted small">{words.own}</p>}
            <Table
              label={words.list}
              columns={device ? columns : [...columns, ...more]}
              list={list}
              id={({ id }) => id}
              name={({ name }) => name}
              href={({ id }) => addressWith({ id })}
              current={open || undefined}
              sort={order}
              onSort={setOrder}
              empty={filtered ? <NothingFound onClear={() => setParameters({ state: null, person: null, q: null })} /> : <Empty icon="handset" title={words.empty} text={words.emptyText} />}
            />
          </>
        }
        detail={device ? <Detail key={device.id} device={device} onRevoked={read.reload} /> : null}
      />
    </Page>
  );
}
