/** The data of the console in one import. */
export { carryOut, change, act, create, remove, undo, collision, type Collision } from "./change";
export { plural, type Entities, type EntityName, type Row, type Sent } from "./entities";
export { useRecords, useLoaded, type Loaded } from "./hooks";
export { follow } from "./live";
export { address, all, asUser, destroy, get, getBlob, login, loginDue, logout, online, openSession, patch, post, user, type Page, type Query } from "./session";
export { changesOf, clear, list, readRow, row, standing, take, type List } from "./store";
export { Problem } from "../../device/problem";
export type { Uuid } from "../../sync/messages";
