/** Drawing on a photo with a finger; the result is a photo of its own, so that the first one stays as it was taken. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Dialog, Segmented } from "../../ui";
import type { Uuid } from "../../device";
import { attemptAndTell, phone } from "../phone";
import "./annotate.css";

export interface AnnotateProps {
  photo: Blob;
  owner: Uuid;
  caption: string | null;
  onClose: () => void;
}

const COLOURS = { red: "#e5251b", yellow: "#ffd400", blue: "#1f6bff" };
type Colour = keyof typeof COLOURS;
interface Stroke {
  colour: Colour;
  points: [x: number, y: number][];
}

/** Width of the pen, as a part of the picture's width. */
const PEN = 0.008;
/** Longest side of the result in pixels, as of any photo. */
const LONGEST = 2560;

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap, strokes: Stroke[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  context.drawImage(picture, 0, 0, width, height);
  context.lineWidth = Math.max(3, width * PEN);
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    context.strokeStyle = COLOURS[stroke.colour];
    context.beginPath();
    for (const [index, [x, y]] of stroke.points.entries()) {
      if (index) context.lineTo(x * width, y * height);
      else context.moveTo(x * width, y * height);
    }
    context.stroke();
  }
}

export function Annotate({ photo, owner, caption, onClose }: AnnotateProps) {
  const words = t().photos;
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useRef<ImageBitmap | null>(null);
  const strokes = useRef<Stroke[]>([]);
  const [colour, setColour] = useState<Colour>("red");
  const [count, setCount] = useState(0);
  const [busy, setBusy] = useState(false);
  const repaint = () => canvas.current && picture.current && draw(canvas.current, picture.current, strokes.current);
  useEffect(() => {
    void createImageBitmap(photo).then((bitmap) => {
      const element = canvas.current;
      if (!element) return;
      const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
      element.width = Math.round(bitmap.width * scale);
      element.height = Math.round(bitmap.height * scale);
      picture.current = bitmap;
      repaint();
    });
    return () => picture.current?.close();
  }, [photo]);
  const at = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as HTMLCanvasElement).getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const keep = () => {
    setBusy(true);
    canvas.current?.toBlob(
      (blob) => {
        const about = { takenAt: Date.now(), ...(caption ? { caption } : {}) };
        const kept = blob ? attemptAndTell(() => phone().photos.addExact(owner, blob, about), words.kept) : Promise.resolve(false);
        void kept.then((done) => {
          setBusy(false);
          if (done) onClose();
        });
      },
      "image/jpeg",
      0.88,
    );
  };
  return (
    <Dialog
      title={words.annotateTitle}
      closeLabel={t().ui.close}
      onClose={onClose}
      tall
      actions={
        <Button kind="primary" large wide disabled={!count} busy={busy} onClick={keep}>
          {words.keep}
        </Button>
      }
    >
      <canvas
        ref={canvas}
        class="annotate"
        aria-label={words.annotateTitle}
        role="img"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          strokes.current.push({ colour, points: [at(event)] });
          setCount(strokes.current.length);
        }}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          strokes.current.at(-1)?.points.push(at(event));
          repaint();
        }}
      />
      <Segmented<Colour>
        label={words.colour}
        hideLabel
        value={colour}
        onChange={setColour}
        options={[
          { value: "red", label: words.red },
          { value: "yellow", label: words.yellow },
          { value: "blue", label: words.blue },
        ]}
      />
      <Button
        icon="undo"
        disabled={!count}
        onClick={() => {
          strokes.current.pop();
          setCount(strokes.current.length);
          repaint();
        }}
      >
        {t().ui.undo}
      </Button>
    </Dialog>
  );
}
