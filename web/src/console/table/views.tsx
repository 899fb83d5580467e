/** Parts of one page, beside its heading. */
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
  return (
    <div class="views" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" class="views__view" aria-pressed={value === option.value} onClick={() => onChange(option.value)}>
          {option.label}
          {option.count ? <span class="views__count number">{option.count}</span> : null}
        </button>
      ))}
    </div>
  );
}
