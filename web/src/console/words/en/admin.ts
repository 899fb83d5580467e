/** Words of admin. */
export const admin = { admin: {} };
