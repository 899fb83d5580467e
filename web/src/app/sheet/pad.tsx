/** The pad a finger signs on; loaded when somebody signs. White in both themes, because ink is dark on paper. */
import SignaturePad from "signature_pad";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../../ui";
import type { Strokes } from "./signing";
import "./pad.css";

export interface PadProps {
  label: string;
  /** What is drawn so far: `null` while the pad is empty. */
  onDrawn: (drawn: { strokes: Strokes; picture: () => Promise<Blob> } | null) => void;
}

/** The picture's width in pixels, whatever the screen's density: fine enough to print, small enough to send. */
const WIDTH = 720;

export function Pad({ label, onDrawn }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePad | null>(null);
  const [empty, setEmpty] = useState(true);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const box = element.getBoundingClientRect();
    const scale = WIDTH / box.width;
    element.width = WIDTH;
    element.height = Math.round(box.height * scale);
    element.getContext("2d")?.scale(scale, scale);
    const made = new SignaturePad(element, { penColor: "#14181f", minWidth: 1, maxWidth: 2.6 });
    made.addEventListener("endStroke", () => {
      setEmpty(false);
      const strokes: Strokes = made.toData().map((path) => path.points.map(({ x, y }) => [x / box.width, y / box.height]));
      const picture = () =>
        new Promise<Blob>((resolve, reject) => {
          element.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the signature can't be drawn as a picture"))), "image/png");
        });
      onDrawn({ strokes, picture });
    });
    pad.current = made;
    return () => made.off();
  }, []);
  return (
    <div class="stack stack--tight">
      <div class="line line--apart">
        <p class="muted small">{label}</p>
        <Button
          kind="quiet"
          icon="undo"
          disabled={empty}
          onClick={() => {
            pad.current?.clear();
            setEmpty(true);
            onDrawn(null);
          }}
        >
          {t().sheet.clear}
        </Button>
      </div>
      <canvas ref={canvas} class="pad" role="img" aria-label={label} />
    </div>
  );
}
