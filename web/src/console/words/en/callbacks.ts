/** Words of callbacks. */
export const callbacks = { callbacks: {} };
