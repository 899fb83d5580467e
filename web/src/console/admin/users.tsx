/** Who works here, as what, and whether they can log in. */
import { useState } from "preact/hooks";
import { Confirm } from "../../app/parts/ask";
import { SaveDialog } from "../../app/parts/save-dialog";
import { to } from "../../app/router";
import { Badge, Button, Facts, IconButton, LinkButton, Segmented, Select, TextField, toast } from "../../ui";
import { act, post, Problem, take, useRecords, user, type Entities, type Row, type Sent } from "../data";
import type { PageProps } from "../pages";
import { attempt, told } from "../parts/tell";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect } from "../table/filters";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { whole } from "../table/whole";
import { c } from "../words";
import { Address, AdminPage, isManager } from "./admin";
import { suggestPassword } from "./password";

type User = Entities["user"];
type Role = User["role"];
type UserRow = Row<"user">;

const ROLES: readonly Role[] = ["admin", "manager", "dispatcher", "support", "technician"];

/** A manager decides about everybody but administrators. */
const decidesAbout = (role: Role): boolean => user.value?.role === "admin" || (isManager() && role !== "admin");

const roleOptions = () => ROLES.filter(decidesAbout).map((value) => ({ value, label: c().roles[value] }));

function PasswordField({ label, hint, value, onInput, error }: { label: string; hint?: string; value: string; onInput: (value: string) => void; error?: string | undefined }) {
  return (
    <div class="stack stack--tight">
      <TextField label={label} hint={hint} value={value} onInput={onInput} error={error} autocomplete="off" maxLength={200} />
      <div>
        <Button kind="quiet" icon="key" onClick={() => onInput(suggestPassword())}>
          {c().admin.people.suggest}
        </Button>
      </div>
    </div>
  );
}

interface Details {
  name: string;
  email: string;
  phone: string;
  language: User["language"];
}

/** Tries to save; that another has the address already is told at its field. Resolves to whether it was saved. */
async function saving(work: () => Promise<unknown>, onTaken: () => void): Promise<boolean> {
  let isTaken = false;
  const isSaved = await attempt(() =>
    work().catch((error) => {
      if (!(error instanceof Problem) || error.code !== "taken") throw error;
      isTaken = true;
    }),
  );
  if (isTaken) onTaken();
  return isSaved && !isTaken;
}

/** What the server takes of them; spaces around are nobody's wish. */
const trimmed = ({ name, email, phone, language }: Details) => ({ name: name.trim(), email: email.trim(), language, ...(phone.trim() ? { phone: phone.trim() } : {}) });

function DetailFields({ of, onChange, tried, taken }: { of: Details; onChange: (next: Details) => void; tried: boolean; taken: string | null }) {
  const words = c().admin.people;
  const required = (value: string) => (tried && !value.trim() ? words.required : undefined);
  return (
    <>
      <TextField label={words.name} value={of.name} onInput={(name) => onChange({ ...of, name })} error={required(of.name)} autocomplete="off" maxLength={200} />
      <TextField label={words.email} type="email" value={of.email} onInput={(email) => onChange({ ...of, email })} error={required(of.email) ?? (taken === of.email.trim() ? words.emailTaken : undefined)} autocomplete="off" maxLength={200} />
      <TextField label={words.phone} type="tel" value={of.phone} onInput={(phone) => onChange({ ...of, phone })} autocomplete="off" maxLength={60} />
      <Segmented<User["language"]>
        label={words.language}
        value={of.language}
        options={[
          { value: "zh-CN", label: "中文" },
          { value: "en", label: "English" },
        ]}
        onChange={(language) => onChange({ ...of, language })}
      />
    </>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const words = c().admin.people;
  const [details, setDetails] = useState<Details>({ name: "", email: "", phone: "", language: "zh-CN" });
  const [role, setRole] = useState<Role>("technician");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [taken, setTaken] = useState<string | null>(null);
  const save = async () => {
    setTried(true);
    const who = trimmed(details);
    if (!who.name || !who.email || password.length < 10) return;
    const done = await saving(
      async () => {
        const sent = await post<Sent<"user">>("/v1/users", { ...who, role, password });
        take("user", sent);
        setParameters({ id: sent.id });
      },
      () => setTaken(who.email),
    );
    if (!done) return;
    toast(words.added(who.name));
    onClose();
  };
  return (
    <SaveDialog title={words.addTitle} onSave={save} onClose={onClose}>
      <DetailFields of={details} onChange={setDetails} tried={tried} taken={taken} />
      <Select label={words.role} value={role} options={roleOptions()} onChange={setRole} hint={words.may[role]} />
      <PasswordField label={words.password} hint={words.passwordHint} value={password} onInput={setPassword} error={tried && password.length < 10 ? words.short : undefined} />
    </SaveDialog>
  );
}

function EditUser({ person, onClose }: { person: UserRow; onClose: () => void }) {
  const words = c().admin.people;
  const { name, email = "", phone, language } = person.fields;
  const [details, setDetails] = useState<Details>({ name, email: email ?? "", phone: phone ?? "", language });
  const [tried, setTried] = useState(false);
  const [taken, setTaken] = useState<string | null>(null);
  const save = async () => {
    setTried(true);
    const who = trimmed(details);
    if (!who.name || !who.email) return;
    const done = await saving(
      () => act("user", person.id, "details", who, who),
      () => setTaken(who.email),
    );
    if (!done) return;
    told(words.saved);
    onClose();
  };
  return (
    <SaveDialog title={words.editTitle(name)} onSave={save} onClose={onClose}>
      <p class="muted">{words.editText}</p>
      <DetailFields of={details} onChange={setDetails} tried={tried} taken={taken} />
    </SaveDialog>
  );
}

function ResetPassword({ person, onClose }: { person: UserRow; onClose: () => void }) {
  const words = c().admin.people;
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    if (password.length < 10) return;
    await attempt(async () => {
      const { ended } = await post<{ ended: number }>(`/v1/users/${person.id}/password`, { password });
      toast(words.resetDone(ended));
      onClose();
    });
  };
  return (
    <SaveDialog title={words.resetTitle(person.fields.name)} onSave={save} onClose={onClose}>
      <p class="muted">{words.resetText}</p>
      <PasswordField label={words.resetPassword} value={password} onInput={setPassword} error={tried && password.length < 10 ? words.short : undefined} />
    </SaveDialog>
  );
}

function Detail({ person }: { person: UserRow }) {
  const words = c().admin.people;
  const [asking, setAsking] = useState<"edit" | "go" | "password" | null>(null);
  const { fields } = person;
  const canDecide = decidesAbout(fields.role);
  const access = async (role: Role, active: boolean) => {
    const before = { role: fields.role, active: fields.active };
    const done = await attempt(() => act("user", person.id, "access", { role, active }, { role, active } as Partial<User>));
    if (done) told(words.saved, active && before.active ? () => act("user", person.id, "access", before, before as Partial<User>) : undefined);
  };
  return (
    <article class="stack" aria-labelledby="person-title">
      <div class="line">
        <h2 id="person-title" class="grow admin-title">
          {fields.name}
        </h2>
        <Badge tone={fields.active ? "pass" : "neutral"}>{fields.active ? words.active : words.left}</Badge>
        <IconButton icon="close" label={c().admin.close} onClick={() => setParameters({ id: null })} />
      </div>
      <div class="card">
        <Facts
          of={[
            [words.email, <Address of={fields.email ?? ""} />],
            [words.phone, fields.phone],
            [words.language, fields.language === "en" ? "English" : "中文"],
            [words.role, c().roles[fields.role]],
          ]}
        />
      </div>
      {canDecide ? (
        <div class="card stack">
          <Select label={words.access} value={fields.role} options={roleOptions()} onChange={(role) => void access(role, fields.active)} hint={words.may[fields.role]} />
          <div class="line line--wrap">
            <Button icon="edit" onClick={() => setAsking("edit")}>
              {words.edit}
            </Button>
            {fields.active ? (
              <>
                <Button icon="key" onClick={() => setAsking("password")}>
                  {words.reset}
                </Button>
                <Button kind="danger" onClick={() => setAsking("go")}>
                  {words.letGo}
                </Button>
              </>
            ) : (
              <Button onClick={() => void access(fields.role, true)}>{words.takeBack}</Button>
            )}
            <LinkButton kind="quiet" href={to(`/devices?person=${person.id}`)}>
              {words.toDevices}
            </LinkButton>
          </div>
        </div>
      ) : (
        <p class="muted small">{words.may[fields.role]}</p>
      )}
      {asking === "edit" ? <EditUser person={person} onClose={() => setAsking(null)} /> : null}
      {asking === "password" ? <ResetPassword person={person} onClose={() => setAsking(null)} /> : null}
      {asking === "go" ? (
        <Confirm title={words.letGoTitle(fields.name)} yes={words.letGo} kind="danger" onYes={() => void access(fields.role, false)} onClose={() => setAsking(null)}>
          <p>{words.letGoText}</p>
        </Confirm>
      ) : null}
    </article>
  );
}

export default function Users({ query }: PageProps) {
  const words = c().admin.people;
  const [adding, setAdding] = useState(false);
  const [order, setOrder] = useState("name");
  const [role, text, all, open] = ["role", "q", "all", "id"].map((name) => query.get(name) ?? "") as [Role | "", string, string, string];
  const records = useRecords("user");
  const wanted = text.toLowerCase();
  const by = order.replace("-", "");
  const key = ({ fields }: UserRow): string => (by === "role" ? String(ROLES.indexOf(fields.role)) : by === "email" ? (fields.email ?? "") : fields.name);
  const list = whole(records, (rows) =>
    rows
      .filter(({ fields }) => (all || fields.active) && (!role || fields.role === role) && (!wanted || `${fields.name} ${fields.email ?? ""}`.toLowerCase().includes(wanted)))
      .sort((a, b) => (order.startsWith("-") ? -1 : 1) * key(a).localeCompare(key(b))),
  );
  const person = records.rows.value.find(({ id }) => id === open);
  const columns: Column<UserRow>[] = [
    { key: "name", title: words.name, sort: "name", cell: ({ fields }) => fields.name },
    { key: "role", title: words.role, sort: "role", cell: ({ fields }) => c().roles[fields.role] },
  ];
  const more: Column<UserRow>[] = [
    { key: "email", title: words.email, sort: "email", cell: ({ fields }) => <Address of={fields.email ?? ""} /> },
    { key: "phone", title: words.phone, cell: ({ fields }) => fields.phone ?? "" },
    { key: "language", title: words.language, cell: ({ fields }) => (fields.language === "en" ? "English" : "中文") },
  ];
  const state: Column<UserRow> = { key: "state", title: words.state, look: "fit", cell: ({ fields }) => <Badge tone={fields.active ? "pass" : "neutral"}>{fields.active ? words.active : words.left}</Badge> };
  return (
    <AdminPage
      part="users"
      fill
      actions={
        isManager() ? (
          <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        ) : undefined
      }
    >
      <Split
        list={
          <>
            <Filters label={c().table.filters} end={person || user.value?.role === "support" ? undefined : <ExportMenu path="/v1/users" name={c().admin.users} />}>
              <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q })} />
              <FilterSelect label={words.role} all={words.anyRole} value={role} options={ROLES.map((value) => ({ value, label: c().roles[value] }))} onChange={(next) => setParameters({ role: next })} />
              <FilterSelect
                label={words.show}
                value={all ? "all" : "active"}
                options={[
                  { value: "active", label: words.activeOnly },
                  { value: "all", label: words.everybody },
                ]}
                onChange={(next) => setParameters({ all: next === "all" ? "true" : null })}
              />
            </Filters>
            <Table
              label={c().admin.users}
              columns={person ? columns : [...columns, ...more, ...(all ? [state] : [])]}
              list={list}
              id={({ id }) => id}
              name={({ fields }) => fields.name}
              href={({ id }) => addressWith({ id })}
              current={open || undefined}
              sort={order}
              onSort={setOrder}
              empty={<NothingFound onClear={() => setParameters({ q: null, role: null })} />}
            />
          </>
        }
        detail={person ? <Detail key={person.id} person={person} /> : null}
      />
      {adding ? <AddUser onClose={() => setAdding(false)} /> : null}
    </AdminPage>
  );
}
