/** Words of complaints. */
export const complaints = { complaints: {} };
