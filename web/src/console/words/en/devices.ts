/** Words of devices. */
export const devices = { devices: {} };
