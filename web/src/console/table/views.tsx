/** Parts of one page, beside its heading. */
import { useEffect, useRef } from "preact/hooks";
import "./views.css";

export function Views<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string; count?: number | undefined }[];
  onChange: (value: T) => void;
}) {
  const holder = useRef<HTMLDivElement>(null);
  // On a narrow screen the part that is shown may lie outside what is in sight. The page itself stays where it is.
  useEffect(() => {
    const shown = holder.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!holder.current || !shown) return;
    const row = holder.current.getBoundingClientRect();
    const part = shown.getBoundingClientRect();
    holder.current.scrollLeft += Math.max(0, part.right - row.right) - Math.max(0, row.left - part.left);
  }, [value]);
  return (
    <div ref={holder} class="views" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" class="views__view" aria-pressed={value === option.value} onClick={() => onChange(option.value)}>
          {option.label}
          {option.count ? <span class="views__count number">{option.count}</span> : null}
        </button>
      ))}
    </div>
  );
}
