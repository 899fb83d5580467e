/** The camera that reads codes: QR and DataMatrix of labels, bars of serial numbers. What reads them is the browser's own
 * detector where it has one, otherwise zxing in WebAssembly served from here, so that it works offline. */
import { BarcodeDetector, prepareZXingModule, type BarcodeFormat } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, IconButton, Notice, TextField } from "../../ui";
import "./scanner.css";

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

const FORMATS: Record<"labels" | "any", BarcodeFormat[]> = {
  labels: ["qr_code", "data_matrix", "code_128"],
  any: ["qr_code", "data_matrix", "code_128", "code_39", "code_93", "ean_13", "upc_a", "pdf417"],
};

/** Between two looks at the picture, in milliseconds; and before the same code counts again. */
const LOOK = 140;
const SAME_AGAIN = 2_500;

export interface ScannerProps {
  hint?: string;
  formats?: "labels" | "any";
  /** Called once for each code as it comes into view. */
  onCode: (code: string) => void;
}

/** The tag in what a label's code says: the code itself, or the last part of a link to it. */
export function tagIn(code: string): string {
  const link = /^https?:\/\/[^/]+\/(.+)$/.exec(code.trim());
  const last = link?.[1]?.split(/[/?#]/).filter(Boolean).at(-1);
  return last ? decodeURIComponent(last) : code.trim();
}

type Torch = MediaTrackConstraintSet & { torch?: boolean };

export function Scanner({ hint, formats = "labels", onCode }: ScannerProps) {
  const words = t().scan;
  const video = useRef<HTMLVideoElement>(null);
  const track = useRef<MediaStreamTrack | null>(null);
  const tell = useRef(onCode);
  tell.current = onCode;
  const [state, setState] = useState<"starting" | "looking" | "none">("starting");
  const [torch, setTorch] = useState<boolean | null>(null);
  const [typing, setTyping] = useState(false);
  const [typed, setTyped] = useState("");

  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    let last = { code: "", at: 0 };
    const detector = new BarcodeDetector({ formats: FORMATS[formats] });
    const look = async () => {
      const element = video.current;
      if (over || !element) return;
      if (element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        // A frame that can't be read is followed by the next.
        const found = await detector.detect(element).catch(() => []);
        const code = found[0]?.rawValue;
        const now = Date.now();
        if (code && !over && (code !== last.code || now - last.at > SAME_AGAIN)) {
          navigator.vibrate?.(40);
          tell.current(tagIn(code));
        }
        if (code) last = { code, at: now };
      }
      if (!over) timer = setTimeout(() => void look(), LOOK);
    };
    const start = async () => {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      const element = video.current;
      const [first] = stream.getVideoTracks();
      if (over || !element || !first) {
        for (const one of stream.getTracks()) one.stop();
        return;
      }
      track.current = first;
      element.srcObject = stream;
      await element.play();
      const can = first.getCapabilities?.() as { torch?: boolean } | undefined;
      if (can?.torch) setTorch(false);
      setState("looking");
      void look();
    };
    start().catch(() => !over && setState("none"));
    return () => {
      over = true;
      clearTimeout(timer);
      track.current?.stop();
    };
  }, [formats]);

  const light = async () => {
    const next = !torch;
    await track.current?.applyConstraints({ advanced: [{ torch: next } as Torch] });
    setTorch(next);
  };
  const submit = () => {
    if (!typed.trim()) return;
    onCode(tagIn(typed));
    setTyped("");
  };
  return (
    <div class="stack">
      {state === "none" ? (
        <Notice tone="flag" icon="camera" title={words.noCamera}>
          {words.noCameraText}
        </Notice>
      ) : (
        <div class="scanner">
          <video ref={video} class="scanner__video" playsInline muted aria-label={words.title} />
          <span class="scanner__frame" aria-hidden="true" />
          {torch === null ? null : (
            <span class="scanner__torch">
              <IconButton icon="torch" label={words.torch} expanded={torch} onClick={() => void light()} />
            </span>
          )}
        </div>
      )}
      <p class="muted small">{state === "starting" ? words.loading : (hint ?? words.point)}</p>
      {typing || state === "none" ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <TextField label={words.typed} value={typed} onInput={setTyped} autocomplete="off" />
          <Button type="submit" kind="primary" wide>
            {words.open}
          </Button>
        </form>
      ) : (
        <Button icon="edit" wide onClick={() => setTyping(true)}>
          {words.type}
        </Button>
      )}
    </div>
  );
}
