/** Pieces several pages use, and the form of a visit. */
export const parts = {
  parts: {
    nothing: "Nothing fits. Try fewer letters.",
    finding: "Looking…",
    choose: "Please choose one.",
    since: (when: string) => `since ${when}`,
    open: "Open",
    copy: "Copy",
  },
  plan: {
    newVisit: "New visit",
    editVisit: "Edit visit",
    client: "Client",
    site: "Site",
    contact: "Whom to meet",
    nobody: "Nobody in particular",
    kind: "Kind",
    purpose: "What is to be done",
    purposeHint: "The client and the technician read this.",
    technician: "Technician",
    unplanned: "Not assigned yet",
    date: "Date",
    start: "Starts",
    duration: "Lasts",
    minutesLong: (minutes: number) => {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
      return hours ? `${hours} h${rest ? ` ${rest} min` : ""}` : `${rest} min`;
    },
    tickets: "Tickets it is for",
    create: "Create visit",
    created: "Visit created",
    createdFor: (name: string) => `Visit planned for ${name}`,
    notifies: "The client and the technician are told by mail.",
    notifiesNobody: "Nobody is told until a technician is assigned.",
    dateMissing: "Choose a day and a time.",
    zone: (zone: string, time: string) => `At the site (${zone}): ${time}`,
  },
};
