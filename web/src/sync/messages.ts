/**
 * The messages of sync as TypeScript knows them.
 */

/** A UUID in its usual form, lower-case. */
export type Uuid = string;

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The fields of a row, or of a change to it. */
export type Fields = { [field: string]: Json };

/** The order to a lost phone to forget what it has read. */
export interface WipeOrder {
  device: Uuid;
  revoked_at: string;
  key: string;
  signature: string;
}
