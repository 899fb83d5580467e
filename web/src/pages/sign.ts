/** The field a client signs in, on the page behind a mailed link: all that page needs a script for. */
import SignaturePad from "signature_pad";

/** The picture's width in pixels, as on the phone. */
const WIDTH = 720;

/** Most points that are sent, thinned where a hand made more. */
const MOST = 10_000;

const find = <E extends Element>(selector: string) => document.querySelector<E>(selector);

const form = find<HTMLFormElement>("#signing");
const canvas = find<HTMLCanvasElement>("#pad");

if (form && canvas) {
  form.hidden = false;
  const box = canvas.getBoundingClientRect();
  const scale = WIDTH / box.width;
  canvas.width = WIDTH;
  canvas.height = Math.round(box.height * scale);
  canvas.getContext("2d")?.scale(scale, scale);
  const pad = new SignaturePad(canvas, { penColor: "#14181f", minWidth: 1, maxWidth: 2.6 });
  const empty = find<HTMLElement>("#empty");
  find("#clear")?.addEventListener("click", () => pad.clear());
  pad.addEventListener("beginStroke", () => empty && (empty.hidden = true));

  const inUnits = (value: number, whole: number) => Math.round(Math.min(1, Math.max(0, value / whole)) * 10_000) / 10_000;

  const set = (name: string, value: string) => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  };

  form.addEventListener("submit", (event) => {
    const paths = pad.toData().map((path) => path.points);
    const total = paths.reduce((sum, points) => sum + points.length, 0);
    if (total < 2) {
      event.preventDefault();
      if (empty) empty.hidden = false;
      canvas.scrollIntoView({ block: "center" });
      return;
    }
    const keep = Math.max(1, Math.ceil(total / MOST));
    const strokes = paths.map((points) =>
      points
        .filter((_, index) => index % keep === 0 || index === points.length - 1)
        .map(({ x, y }) => [inUnits(x, box.width), inUnits(y, box.height)]),
    );
    set("strokes", JSON.stringify(strokes));
    set("png", canvas.toDataURL("image/png"));
  });
}
