/** What is taken for a phone number. Pure. */

/** Digits a number needs before it tells anybody apart, as the server counts them. */
const TELLING = 7;

const digitsOf = (text: string): string => text.normalize("NFKC").replace(/\D/g, "");

/** Whether what was typed is a phone number rather than words. */
export const isNumber = (text: string): boolean => /^[\d\s+()./-]+$/.test(text.normalize("NFKC").trim()) && digitsOf(text).length >= 4;

/** Whether what was typed is enough of a number to ask who has it. */
export const isWholeNumber = (text: string): boolean => isNumber(text) && digitsOf(text).length >= TELLING;
