/** A refusal in the user's words. */
import { t } from "../../i18n";
import { Problem } from "../../device/problem";

/** A refusal in the user's words. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return t().ui.failed;
  const known = t().errors as Record<string, unknown>;
  const text = known[error.code];
  return typeof text === "string" ? text : t().errors.other(error.detail);
}
