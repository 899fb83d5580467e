/** The sheet as the client gets it: the words and the order of the printed PDF, on paper that is white in both themes. */
import type { ComponentChildren } from "preact";
import type { Dictionary } from "../../i18n";
import type { Entities } from "../../device";
import type { SheetContent } from "./compile";
import { shortHash } from "./signing";
import "./paper.css";

export interface PaperProps {
  content: SheetContent;
  hash: string | null;
  number?: string | null | undefined;
  rating?: number | null | undefined;
  signatures?: readonly Entities["signature"][];
  /** The dictionary of the sheet's language, which may not be the user's. */
  words: Dictionary;
}

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section class="paper__part">
    <h3>{title}</h3>
    {children}
  </section>
);

function Table({ head, rows, numbers = [] }: { head: string[]; rows: ComponentChildren[][]; numbers?: number[] }) {
  const align = (index: number) => (numbers.includes(index) ? "paper__number" : undefined);
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={cell} scope="col" class={align(index)}>
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, at) => (
          <tr key={at}>
            {cells.map((cell, index) => (
              <td key={index} class={align(index)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Paper({ content, hash, number, rating, signatures = [], words }: PaperProps) {
  const doc = words.doc;
  const date = new Intl.DateTimeFormat(content.language, { timeZone: content.time_zone, dateStyle: "medium" });
  const clock = new Intl.DateTimeFormat(content.language, { timeZone: content.time_zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const time = (at: string) => `${date.format(new Date(at))} ${clock.format(new Date(at))}`;
  const [start, end] = [content.started_at, content.finished_at];
  const sameDay = date.format(new Date(start)) === date.format(new Date(end));
  const serviceTime = `${time(start)}–${sameDay ? clock.format(new Date(end)) : time(end)}`;
  const facts: [string, string][] = [
    [doc.client, content.client_name],
    [doc.address, content.address],
    [doc.contact, content.contact_name],
    [doc.phone, content.contact_phone],
    [doc.visitKind, words.visitKind[content.visit_kind]],
    [doc.technician, content.technician_name],
    [doc.serviceTime, serviceTime],
  ];
  const total = (name: "passed" | "flagged" | "failed") => content.devices.reduce((sum, device) => sum + device[name], 0);
  return (
    <article class="paper" lang={content.language}>
      <header class="paper__head">
        <div>
          <p class="paper__provider">{content.provider.name}</p>
          <p class="paper__fine">{[content.provider.address, content.provider.phone].filter(Boolean).join(" · ")}</p>
        </div>
        <h2>
          {doc.serviceSheet}
          {number ? ` ${number}` : ""}
        </h2>
      </header>
      <dl class="paper__facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || "—"}</dd>
          </div>
        ))}
      </dl>
      <Part title={doc.serviceContent}>
        <p class="prose">{content.service_content}</p>
      </Part>
      <Part title={doc.solution}>
        <p class="prose">{content.solution}</p>
      </Part>
      {content.work.length ? (
        <Part title={doc.work}>
          <Table
            head={[doc.time, doc.description, doc.minutes]}
            numbers={[2]}
            rows={content.work.map((line) => [time(line.at), line.text, line.minutes || ""])}
          />
        </Part>
      ) : null}
      {content.parts.length ? (
        <Part title={doc.parts}>
          <Table head={[doc.part, doc.quantity]} numbers={[1]} rows={content.parts.map((part) => [part.name, part.quantity])} />
        </Part>
      ) : null}
      {content.devices.length ? (
        <Part title={doc.devices}>
          <Table
            head={[doc.device, doc.passed, doc.attention, doc.failed]}
            numbers={[1, 2, 3]}
            rows={[
              ...content.devices.map((device) => [
                <>
                  {device.tag ? <span class="paper__tag">{device.tag}</span> : null} {device.name}
                </>,
                device.passed,
                device.flagged,
                device.failed,
              ]),
              [<strong>{doc.total}</strong>, total("passed"), total("flagged"), total("failed")],
            ]}
          />
        </Part>
      ) : null}
      <Part title={doc.advice}>
        {content.advice.length ? (
          <ul class="paper__advice">
            {content.advice.map((line) => (
              <li key={`${line.device} ${line.text}`}>
                <strong>{line.device}</strong> ({words.severity[line.severity]})<br />
                <span class="prose">{line.text}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p>{doc.noAdvice}</p>
        )}
      </Part>
      {content.photos.length ? (
        <Part title={doc.photos}>
          <ul>
            {content.photos.map((photo) => (
              <li key={photo.sha256} class="paper__fine">
                {photo.caption ? `${photo.caption} · ` : ""}
                <span class="mono">{shortHash(photo.sha256)}</span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Part title={doc.consent}>
        <p>{content.consent.text}</p>
      </Part>
      {rating ? (
        <Part title={doc.rating}>
          <p aria-label={words.sheet.star(rating)}>{"★".repeat(rating) + "☆".repeat(5 - rating)}</p>
        </Part>
      ) : null}
      {signatures.length ? (
        <div class="paper__signatures">
          {signatures.map((one) => (
            <figure key={one.party}>
              <figcaption>{one.party === "client" ? doc.clientSignature : doc.technicianSignature}</figcaption>
              <img src={`data:image/png;base64,${one.png}`} alt={one.signer_name} />
              <p>{[one.signer_name, one.signer_role].filter(Boolean).join(", ")}</p>
              <p class="paper__fine">{time(one.signed_at)}</p>
            </figure>
          ))}
        </div>
      ) : null}
      {hash ? (
        <p class="paper__fine paper__hash">
          SHA-256 <span class="mono">{shortHash(hash)}</span>
        </p>
      ) : null}
    </article>
  );
}
