/** The plan on paper: for each technician a table that can be cut off and taken along. */
import { createPortal } from "preact/compat";
import { longDate, shortDate } from "../../app/model/format";
import { t } from "../../i18n";
import { row } from "../data";
import { c } from "../words";
import { warnings } from "./layout";
import { planOf, type VisitRow } from "./plans";
import { siteName, times, warn, whose } from "./words";

export function Printed({
  technicians,
  visits,
  first,
  last,
}: {
  technicians: readonly { readonly id: string; readonly name: string }[];
  visits: readonly VisitRow[];
  /** The days printed, in milliseconds. */
  first: number;
  last: number;
}) {
  const words = c().board;
  const of = (technician: string) =>
    visits.filter(({ fields }) => fields.technician_id === technician).sort((a, b) => (a.fields.planned_start < b.fields.planned_start ? -1 : 1));
  const wrong = warnings(visits.map(planOf));
  const going = technicians.filter(({ id }) => of(id).length);
  return createPortal(
    <div class="printed">
      <h1>{first === last ? words.printOne(longDate(first)) : words.printTitle(longDate(first), longDate(last))}</h1>
      {going.length ? null : <p>{words.noVisits}</p>}
      {going.map(({ id, name }) => (
        <section key={id}>
          <h2>{name}</h2>
          <table>
            <thead>
              <tr>
                <th>{words.at}</th>
                <th>{words.where}</th>
                <th>{words.who}</th>
                <th>{words.unprinted}</th>
                <th>{t().field["status"]}</th>
              </tr>
            </thead>
            <tbody>
              {of(id).map((visit) => {
                const contact = row("contact", visit.fields.contact_id)?.fields;
                return (
                  <tr key={visit.id}>
                    <td>
                      {shortDate(visit.fields.planned_start)}
                      <br />
                      {times(Date.parse(visit.fields.planned_start), Date.parse(visit.fields.planned_end))}
                    </td>
                    <td>
                      <strong>{whose(visit)}</strong>
                      <br />
                      {siteName(visit)}, {row("site", visit.fields.site_id)?.fields.address}
                    </td>
                    <td>
                      {contact?.name}
                      <br />
                      {contact?.phone}
                    </td>
                    <td>
                      {visit.fields.purpose}
                      {(wrong.get(visit.id) ?? []).map((warning) => (
                        <p key={warning.other + warning.kind} class="printed__warning">
                          {warn(warning)}
                        </p>
                      ))}
                    </td>
                    <td>{t().visitStatus[visit.fields.status]}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      ))}
    </div>,
    document.body,
  );
}
