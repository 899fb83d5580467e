/** The photos of a row: taken with the phone's own camera, seen at once, sent when there is a connection; and its documents. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Dialog, FileButton, Icon } from "../../ui";
import type { Photo, Uuid } from "../../device";
import { explain } from "../model/explain";
import { bytes } from "../model/format";
import { attempt, attemptAndTell, phone } from "../phone";
import { SavedText } from "./saved-text";
import { Confirm } from "./ask";
import { handOut } from "./hand-out";
import { Annotate } from "./annotate-later";
import "./photos.css";

/** A button that opens the camera and adds what is taken to a row, which is made first where there is none yet. */
export function TakePhoto({
  owner,
  onAdded,
  compact,
}: {
  owner: Uuid | (() => Promise<Uuid>);
  onAdded?: (photo: Uuid) => void;
  compact?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const add = async (files: readonly File[]) => {
    setBusy(true);
    for (const file of files) {
      await attemptAndTell(async () => {
        const id = await phone().photos.add(typeof owner === "string" ? owner : await owner(), file);
        onAdded?.(id);
      }, t().photos.added);
    }
    setBusy(false);
  };
  return (
    <FileButton icon="camera" accept="image/jpeg,image/png,image/webp" camera wide={!compact} busy={busy} onFiles={(files) => void add(files)}>
      {compact ? t().inspect.addPhoto : t().photos.add}
    </FileButton>
  );
}

function Viewer({ photo, number, onClose }: { photo: Photo; number: number; onClose: () => void }) {
  const words = t().photos;
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [drawing, setDrawing] = useState<Blob | null>(null);
  const [removing, setRemoving] = useState(false);
  const [content, setContent] = useState<Blob | null>(null);
  useEffect(() => {
    let made: string | null = null;
    phone()
      .photos.content(photo.id)
      .then((blob) => {
        made = URL.createObjectURL(blob);
        setContent(blob);
        setUrl(made);
      })
      .catch((error: unknown) => setFailed(explain(error)));
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [photo.id]);
  const alt = photo.caption || words.photo(number);
  return (
    <Dialog title={words.photo(number)} closeLabel={t().ui.close} onClose={onClose} tall>
      <div class="photo-view">
        {url || photo.preview ? <img src={url ?? photo.preview ?? ""} alt={alt} /> : <p class="muted">{failed ?? words.waiting}</p>}
      </div>
      <SavedText
        label={words.caption}
        line
        value={photo.caption}
        onSave={(caption) => attempt(() => phone().records.update(photo.id, { caption: caption || null }))}
      />
      <div class="line line--wrap">
        <Button icon="edit" disabled={!content} onClick={() => setDrawing(content)}>
          {words.annotate}
        </Button>
        <Button kind="danger" icon="trash" onClick={() => setRemoving(true)}>
          {t().ui.remove}
        </Button>
      </div>
      <p class="muted small">{t().sync.photoState[photo.state]}</p>
      {drawing ? <Annotate photo={drawing} owner={photo.owner} caption={photo.caption} onClose={() => setDrawing(null)} /> : null}
      {removing ? (
        <Confirm
          title={words.remove}
          yes={t().ui.remove}
          kind="danger"
          onClose={() => setRemoving(false)}
          onYes={() => void attemptAndTell(() => phone().records.delete(photo.id), words.removed).then(onClose)}
        >
          <p class="muted">{words.removeText}</p>
        </Confirm>
      ) : null}
    </Dialog>
  );
}

/** A document from the office, given to the app that can show it. */
function Document({ of, name, onClose }: { of: Photo; name: string; onClose: () => void }) {
  const words = t().photos;
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    await attempt(async () => {
      const content = await phone().photos.content(of.id);
      await handOut(new File([content], name, { type: content.type }));
    });
    setBusy(false);
  };
  return (
    <Dialog title={name} closeLabel={t().ui.close} onClose={onClose}>
      {of.caption ? <p>{of.caption}</p> : null}
      <p class="muted small">{bytes(of.bytes)}</p>
      {of.state === "stored" ? <p class="muted small">{words.documentText}</p> : <p class="muted small">{t().sync.photoState[of.state]}</p>}
      <Button icon="share" kind="primary" wide busy={busy} disabled={of.state === "missing"} onClick={() => void open()}>
        {words.openDocument}
      </Button>
    </Dialog>
  );
}

/** Thumbnails in a grid, with the names of documents; a touch opens one. */
export function PhotoGrid({ owner, only }: { owner: Uuid; only?: readonly Uuid[] }) {
  const [open, setOpen] = useState<Uuid | null>(null);
  const all = phone().photos.of(owner).value;
  const photos = only ? all.filter((photo) => only.includes(photo.id)) : all;
  const index = photos.findIndex((photo) => photo.id === open);
  const opened = photos[index];
  if (!photos.length) return null;
  return (
    <>
      <ul class="photo-grid">
        {photos.map((photo, at) => (
          <li key={photo.id}>
            <button type="button" class="photo-grid__photo" onClick={() => setOpen(photo.id)} aria-label={photo.document ?? (photo.caption || t().photos.photo(at + 1))}>
              {photo.document ? (
                <span class="photo-grid__document">
                  <Icon name="sheet" />
                  <span class="small two-lines">{photo.document}</span>
                </span>
              ) : photo.preview ? (
                <img src={photo.preview} alt="" />
              ) : (
                <Icon name="camera" />
              )}
              {photo.state === "stored" ? null : (
                <span class="photo-grid__state">
                  <Badge tone={photo.state === "refused" ? "fail" : "neutral"} icon="upload">
                    {photo.state === "uploading" ? `${Math.round(photo.progress * 100)} %` : ""}
                  </Badge>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {opened?.document ? <Document of={opened} name={opened.document} onClose={() => setOpen(null)} /> : null}
      {opened && !opened.document ? <Viewer photo={opened} number={index + 1} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

/** Grid and camera together. */
export function Photos({ owner }: { owner: Uuid }) {
  return (
    <div class="stack">
      <PhotoGrid owner={owner} />
      <TakePhoto owner={owner} />
    </div>
  );
}
