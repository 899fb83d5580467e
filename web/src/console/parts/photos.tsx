/** The photos and files of a record, small, and whole in a tab of their own. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../ui";
import { getBlob, useRecords } from "../data";
import { openBlob } from "../visits/sheets";
import { c } from "../words";
import "./photos.css";

function Thumb({ id, preview, name }: { id: string; preview: string | null | undefined; name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    // The preview stands there until the picture comes, and where it never does.
    getBlob(`/v1/attachments/${id}/thumbnail`).then((blob) => {
      if (!isGone) setUrl((made = URL.createObjectURL(blob)));
    }, () => {});
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  const small = url ?? (preview ? `data:image/jpeg;base64,${preview}` : null);
  return (
    <button type="button" class="thumb-button" onClick={() => void openBlob(`/v1/attachments/${id}/content`)} title={name}>
      {small ? <img src={small} alt={name} loading="lazy" /> : <Icon name="camera" label={name} />}
    </button>
  );
}

/** Photos of these records, newest first; `empty` where there are none. */
export function Photos({ owners, empty }: { owners: readonly string[]; empty?: string }) {
  return (
    <div class="thumbs">
      {owners.map((owner) => (
        <Of key={owner} owner={owner} />
      ))}
      <p class="thumbs__none muted small">{empty ?? c().tickets.noPhotos}</p>
    </div>
  );
}

function Of({ owner }: { owner: string }) {
  const found = useRecords("attachment", { parent: owner }, (fields) => fields.owner_id === owner).rows.value;
  return (
    <>
      {[...found].reverse().map(({ id, fields }) => (
        <Thumb key={id} id={id} preview={fields.preview} name={fields.caption ?? fields.file_name} />
      ))}
    </>
  );
}
