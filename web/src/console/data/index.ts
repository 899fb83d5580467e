/** The data of the console in one import. */
export { carryOut, change, act, create, remove, undo, seen, collision, type Collision, type Seen } from "./change";
export { NOTHING, plural, type Entities, type EntityName, type Row, type Sent } from "./entities";
export { findAnything, findCallers, pageOf, type Caller, type Group, type Hit, type Kind } from "./find";
export { useEvery, useRecords, useLoaded, type Loaded } from "./hooks";
export { follow } from "./live";
export { isNumber, isWholeNumber } from "./number";
export { address, all, asUser, destroy, get, getBlob, login, loginDue, logout, online, openSession, patch, post, postFor, token, unanswered, user, type Page, type Query } from "./session";
export { changesOf, clear, list, readRow, row, standing, take, type List } from "./store";
export { Problem } from "../../device/problem";
export type { Uuid } from "../../sync/messages";
