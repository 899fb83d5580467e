/** What the build fills in. */

/** The version of the app, which devices report. */
declare const __APP_VERSION__: string;
