/** Results over time as pictures of our own: a bar for each inspection, and a line for what was measured. */
import { shortDate } from "../../app/model/format";
import { t } from "../../i18n";
import { c } from "../words";
import { line, seriesOf, type Result } from "./results";
import "./chart.css";

const HEIGHT = 96;
const BAR = 22;
const GAP = 12;
const LINE = { width: 220, height: 44 };

/** From when to when. */
function spanOf(of: readonly Result[]): string {
  const [first, last] = [of[0], of.at(-1)];
  if (!first || !last) return "";
  return first === last ? shortDate(first.at) : `${shortDate(first.at)} – ${shortDate(last.at)}`;
}

/** A bar for each inspection: failed below, to look at above, passed on top. The same stands in the table beside it. */
export function Bars({ of }: { of: readonly Result[] }) {
  const words = c().assets;
  const most = Math.max(1, ...of.map(({ pass, flag, fail }) => pass + flag + fail));
  const width = of.length * (BAR + GAP) + GAP;
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={words.results}>
        {of.map(({ at, pass, flag, fail }, index) => {
          const x = GAP + index * (BAR + GAP);
          let y = HEIGHT;
          return (
            <g key={at}>
              <title>{`${shortDate(at)}: ${words.resultsOf(pass, flag, fail)}`}</title>
              {([["fail", fail], ["flag", flag], ["pass", pass]] as const).map(([name, count]) => {
                const height = (count / most) * HEIGHT;
                y -= height;
                return count ? <rect key={name} class={`chart__${name}`} x={x} y={y} width={BAR} height={Math.max(1, height - 1)} rx={2} /> : null;
              })}
            </g>
          );
        })}
      </svg>
      <figcaption class="chart__legend small">
        <span class="number">{spanOf(of)}</span>
        {(["pass", "flag", "fail"] as const).map((outcome) => (
          <span key={outcome} class="chart__key">
            <span class={`chart__swatch chart__swatch--${outcome}`} aria-hidden="true" />
            {t().outcome[outcome]}
          </span>
        ))}
      </figcaption>
      <details>
        <summary class="small">{words.table}</summary>
        <ul class="small">
          {of.map(({ at, pass, flag, fail }) => (
            <li key={at}>
              <span class="number">{shortDate(at)}</span>: {words.resultsOf(pass, flag, fail)}
            </li>
          ))}
        </ul>
      </details>
    </figure>
  );
}

/** What was measured more than once. */
export function Lines({ of, nameOf }: { of: readonly Result[]; nameOf: (item: string) => string }) {
  const words = c().assets;
  return (
    <div class="lines">
      {seriesOf(of)
        .slice(0, 6)
        .map(({ item, unit, points }) => {
          const values = points.map(({ value }) => value);
          return (
            <figure key={item} class="lines__one">
              <figcaption class="small strong">{nameOf(item)}</figcaption>
              <svg
                viewBox={`-3 -3 ${LINE.width + 6} ${LINE.height + 6}`}
                width={LINE.width}
                height={LINE.height + 6}
                role="img"
                aria-label={`${words.reading(nameOf(item))}: ${points.map(({ at, value }) => `${shortDate(at)} ${value} ${unit}`).join(", ")}`}
              >
                <path class="lines__path" d={line(points, LINE.width, LINE.height)} />
              </svg>
              <p class="muted small number">
                {Math.min(...values)}–{Math.max(...values)} {unit}
              </p>
            </figure>
          );
        })}
    </div>
  );
}
