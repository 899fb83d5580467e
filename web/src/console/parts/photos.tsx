/** The photos of records, small, and each large with what can be done to it, their documents, and how both are added from this desk. */
import { useEffect, useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { bytes, dateAndTime } from "../../app/model/format";
import { isPicture } from "../../device/picture";
import { t } from "../../i18n";
import { Button, Dialog, FileButton, Icon, Progress } from "../../ui";
import { change, getBlob, remove, useRecords, user, type Row } from "../data";
import { openBlob } from "../visits/sheets";
import { c } from "../words";
import { Editable } from "./editable";
import { attempt, changed, told } from "./tell";
import { addFiles, fileName, giveUp, tryAgain, uploads } from "./uploads";
import "./photos.css";

type Attachment = Row<"attachment">;

/** Records asked about at once, as many as the server takes. */
const TOGETHER = 50;

const nameOf = ({ fields }: Attachment): string => fields.caption ?? fields.file_name;

/** A picture that only a login gives; `null` until it comes, and where it never does. */
function usePicture(path: string | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    setUrl(null);
    if (path) {
      getBlob(path).then(
        (blob) => {
          if (!isGone) setUrl((made = URL.createObjectURL(blob)));
        },
        () => {},
      );
    }
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [path]);
  return url;
}

const smallOf = ({ fields }: Attachment): string | null => (fields.preview ? `data:image/jpeg;base64,${fields.preview}` : null);

function Thumb({ of, onOpen }: { of: Attachment; onOpen: () => void }) {
  const isThere = Boolean(of.fields.stored_at);
  const picture = isPicture(of.fields.media_type);
  const url = usePicture(isThere && picture ? `/v1/attachments/${of.id}/thumbnail` : null);
  const small = url ?? smallOf(of);
  const name = isThere ? nameOf(of) : `${nameOf(of)}: ${c().parts.notThere}`;
  if (!picture) {
    return (
      <button type="button" class="thumb-button thumb-button--document" onClick={onOpen} title={name}>
        <Icon name={isThere ? "sheet" : "clock"} />
        <span class="small two-lines">{nameOf(of)}</span>
      </button>
    );
  }
  return (
    <button type="button" class="thumb-button" onClick={onOpen} title={name}>
      {small ? <img src={small} alt={name} loading="lazy" /> : <Icon name={isThere ? "camera" : "clock"} label={name} />}
    </button>
  );
}

function Viewer({ of, onClose }: { of: Attachment; onClose: () => void }) {
  const words = c().parts;
  const { fields } = of;
  const [isSure, setSure] = useState(false);
  const isThere = Boolean(fields.stored_at);
  const picture = isPicture(fields.media_type);
  const url = usePicture(isThere && picture ? `/v1/attachments/${of.id}/content` : null) ?? smallOf(of);
  const mayRemove = user.value?.role !== "support";
  const take = () =>
    void attempt(async () => {
      await remove("attachment", of.id);
      told(picture ? t().photos.removed : words.removedDocument);
      onClose();
    });
  return (
    <Dialog title={nameOf(of)} onClose={onClose} closeLabel={t().ui.close} tall={picture}>
      {url ? <img class="photo-large" src={url} alt={nameOf(of)} /> : null}
      {isThere ? null : <p class="muted">{words.notThereText}</p>}
      <p class="muted small">{[fields.taken_at ? dateAndTime(fields.taken_at) : "", fields.file_name, picture ? "" : bytes(fields.size)].filter(Boolean).join(" · ")}</p>
      <Editable of={of.id} label={t().photos.caption} value={fields.caption} empty={words.noCaption} onSave={(caption, on) => changed(() => change("attachment", of.id, { caption }, on))} />
      {isSure ? (
        <div class="stack">
          <p>{picture ? words.removePhotoText : words.removeDocumentText}</p>
          <div class="line">
            <Button kind="danger" icon="trash" onClick={take}>
              {picture ? t().photos.remove : t().ui.remove}
            </Button>
            <Button onClick={() => setSure(false)}>{t().ui.cancel}</Button>
          </div>
        </div>
      ) : (
        <div class="line line--wrap">
          {isThere ? (
            <Button icon="share" onClick={() => void openBlob(`/v1/attachments/${of.id}/content`)}>
              {words.openTab}
            </Button>
          ) : null}
          {mayRemove ? (
            <Button kind="quiet" icon="trash" onClick={() => setSure(true)}>
              {picture ? t().photos.remove : t().ui.remove}
            </Button>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}

/** Photos and documents of these records, newest first, with those on their way; `empty` where there are none. */
export function Photos({ owners, empty }: { owners: readonly string[]; empty?: string }) {
  const parts = Array.from({ length: Math.ceil(owners.length / TOGETHER) }, (_, index) => owners.slice(index * TOGETHER, (index + 1) * TOGETHER));
  const [open, setOpen] = useState<Attachment | null>(null);
  return (
    <>
      <div class="thumbs">
        {parts.map((part) => (
          <Of key={part[0]} owners={part} onOpen={setOpen} />
        ))}
        <p class="thumbs__none muted small">{empty ?? c().tickets.noPhotos}</p>
      </div>
      <OnTheirWay owners={owners} />
      {open ? <Open id={open.id} owner={open.fields.owner_id} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function useOf(owners: readonly string[]): readonly Attachment[] {
  return useRecords("attachment", { owner: owners.join(",") }, (fields) => owners.includes(fields.owner_id)).rows.value;
}

function Of({ owners, onOpen }: { owners: readonly string[]; onOpen: (one: Attachment) => void }) {
  // What is sent from this desk shows its progress until it is there.
  const sent = new Set(uploads.value.map(({ owner, name }) => `${owner} ${fileName(name)}`));
  const found = useOf(owners).filter(({ fields }) => fields.stored_at || !sent.has(`${fields.owner_id} ${fields.file_name}`));
  return (
    <>
      {[...found].reverse().map((one) => (
        <Thumb key={one.id} of={one} onOpen={() => onOpen(one)} />
      ))}
    </>
  );
}

/** The one that is open, as it stands now. */
function Open({ id, owner, onClose }: { id: string; owner: string; onClose: () => void }) {
  const one = useOf([owner]).find((found) => found.id === id);
  return one ? <Viewer of={one} onClose={onClose} /> : null;
}

function OnTheirWay({ owners }: { owners: readonly string[] }) {
  const words = c().parts;
  const own = uploads.value.filter(({ owner }) => owners.includes(owner));
  if (!own.length) return null;
  return (
    <ul class="uploads" aria-label={words.onTheirWay}>
      {own.map(({ n, name, small, progress, problem }) => (
        <li key={n} class="uploads__one">
          {small ? <img src={small} alt="" /> : <Icon name="camera" />}
          {problem ? (
            <div class="grow" role="alert">
              <p class="strong">{words.notSent(name)}</p>
              <p class="small">{explain(problem)}</p>
              <div class="line line--wrap">
                <Button onClick={() => tryAgain(n)}>{c().shell.again}</Button>
                <Button kind="quiet" onClick={() => void attempt(() => giveUp(n))}>
                  {words.giveUp}
                </Button>
              </div>
            </div>
          ) : (
            <div class="grow">
              <Progress label={name} text={`${Math.round(progress * 100)} %`} value={progress * 100} max={100} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Adds photos and documents to a record: chosen, or dropped here. */
export const AddFiles = ({ owner }: { owner: string }) => (
  <FileButton icon="plus" kind="quiet" accept="image/*,application/pdf" multiple onFiles={(files) => addFiles(owner, files)}>
    {c().tickets.addFiles}
  </FileButton>
);
