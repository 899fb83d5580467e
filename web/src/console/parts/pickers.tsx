/** Pickers of records there may be thousands of: the server finds them. */
import { pageOf, readRow, row, standing } from "../data";
import { Picker, SHOWN } from "./picker";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly none?: string;
  readonly error?: string | undefined;
}

/** One of all clients. */
export function ClientPicker({ value, ...rest }: Props) {
  const find = async (q: string, signal: AbortSignal) => {
    const { items } = await pageOf("client", { q, sort: "name", limit: SHOWN }, signal);
    return items.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.code ?? undefined }));
  };
  return <Picker {...rest} value={value} choices={{ chosen: row("client", value)?.fields.name ?? "", find }} />;
}

/** One of all sites of all clients. */
export function SitePicker({ value, ...rest }: Props) {
  const find = async (q: string, signal: AbortSignal) => {
    const { items } = await pageOf("site", { q, sort: "name", limit: SHOWN }, signal);
    const clients = new Set(items.map(({ fields }) => fields.client_id));
    await Promise.all([...clients].filter((id) => !standing(id)).map((id) => readRow("client", id)));
    return items.map(({ id, fields }) => ({ value: id, label: fields.name, note: standing<"client">(fields.client_id)?.fields.name }));
  };
  const site = row("site", value)?.fields;
  const chosen = [row("client", site?.client_id)?.fields.name, site?.name].filter(Boolean).join(" · ");
  return <Picker {...rest} value={value} choices={{ chosen, find }} />;
}

/** One of the devices of a site or of a client. */
export function AssetPicker({ value, within, not = [], ...rest }: Props & { within: { site?: string; client?: string }; not?: readonly string[] }) {
  const find = async (q: string, signal: AbortSignal) => {
    const { items } = await pageOf("asset", { q, ...within, sort: "name", limit: SHOWN }, signal);
    const others = items.filter(({ id }) => !not.includes(id));
    return others.map(({ id, fields }) => ({ value: id, label: fields.name, note: [fields.tag, fields.location].filter(Boolean).join(" · ") }));
  };
  return <Picker {...rest} value={value} choices={{ chosen: row("asset", value)?.fields.name ?? "", find }} />;
}
