/** What belongs to a client, as every part of its page reads it. */
import type { VisitRow } from "../board/plans";
import { useRecords } from "../data";

export const useVisitsOf = (client: string) => useRecords("visit", { client }, (visit) => visit.client_id === client);

export const useTicketsOf = (client: string) => useRecords("ticket", { client }, (ticket) => ticket.client_id === client);

/** The work is done, whether its sheet is closed yet or not. */
export const isOver = ({ fields }: VisitRow): boolean => fields.status === "closed" || fields.status === "finished";
