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
  // On a narrow screen the part that is shown may lie outside what is in sight.
  useEffect(() => holder.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" }), [value]);
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
