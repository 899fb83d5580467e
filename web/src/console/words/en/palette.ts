/** Searching everything and doing anything, by keyboard. */
export const palette = {
  palette: {
    title: "Search or do",
    label: "Client, phone, ticket, device, or what to do",
    hint: "↑ ↓ choose · Enter opens · Esc closes",
    actions: "Do",
    pages: "Go to",
    kinds: { client: "Clients", site: "Sites", contact: "Contacts", asset: "Assets", ticket: "Tickets", visit: "Visits", service_sheet: "Service sheets" },
    newTicket: "New ticket (phone call)",
    newVisit: "New visit",
    newClient: "New client",
    today: "Today's board",
    week: "This week's board",
    dark: "Dark appearance",
    light: "Light appearance",
    language: "中文",
    nothing: "Nothing found",
    nothingText: "Two letters or characters are enough; part of a phone number works too.",
    searching: "Searching…",
    results: (count: number) => (count === 1 ? "1 result" : `${count} results`),
  },
};
