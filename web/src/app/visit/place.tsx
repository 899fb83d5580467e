/** Where a visit goes and whom it meets: a touch opens the map or calls. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Card, Dialog, List, Row } from "../../ui";
import type { Row as DataRow } from "../../device";
import { row } from "../phone";
import { isOpen, type Visit } from "../model/visit";
import { ContactDialog } from "./contact";

/** Links that open an address in a map app: by `geo:`, which phones hand to the app the user chose, and in AMap. */
export function mapLinks(name: string, address: string): { geo: string; amap: string } {
  const query = encodeURIComponent(address);
  return {
    geo: `geo:0,0?q=${query}`,
    amap: `https://uri.amap.com/search?keyword=${query}&name=${encodeURIComponent(name)}&callnative=1`,
  };
}

function Maps({ name, address, onClose }: { name: string; address: string; onClose: () => void }) {
  const words = t().visit;
  const links = mapLinks(name, address);
  return (
    <Dialog title={words.mapIn} closeLabel={t().ui.close} onClose={onClose}>
      <p>{address}</p>
      <List>
        <Row icon="pin" title={words.mapPhone} href={links.geo} />
        <Row icon="globe" title={words.mapAmap} href={links.amap} external />
      </List>
    </Dialog>
  );
}

export function PlaceCard({ visit: of }: { visit: DataRow<Visit> }) {
  const visit = of.body;
  const words = t().visit;
  const [asking, setAsking] = useState<"map" | "contact" | null>(null);
  const client = row("client", visit.client_id)?.body;
  const site = row("site", visit.site_id)?.body;
  const contact = row("contact", visit.contact_id)?.body;
  const number = contact?.phone ?? client?.phone;
  return (
    <Card plain>
      <List label={words.where}>
        {site ? <Row icon="pin" title={site.address} subtitle={site.name} onClick={() => setAsking("map")} /> : null}
        {contact ? (
          number ? (
            <Row icon="phone" title={contact.name} subtitle={[contact.position, number].filter(Boolean).join(" · ")} href={`tel:${number.replace(/[^+\d]/g, "")}`} />
          ) : (
            <Row icon="person" title={contact.name} subtitle={contact.position} />
          )
        ) : isOpen(visit) ? (
          <Row icon="person" title={words.noContact} subtitle={words.chooseContact} onClick={() => setAsking("contact")} />
        ) : (
          <Row icon="person" title={words.noContact} />
        )}
        {contact?.email ? <Row icon="mail" title={contact.email} href={`mailto:${contact.email}`} /> : null}
        {site?.access_notes ? <Row icon="key" title={words.access} subtitle={<span class="prose">{site.access_notes}</span>} /> : null}
      </List>
      {asking === "map" && site ? <Maps name={site.name} address={site.address} onClose={() => setAsking(null)} /> : null}
      {asking === "contact" ? <ContactDialog visit={of} onClose={() => setAsking(null)} /> : null}
    </Card>
  );
}
