/** Loads the scanner when somebody scans. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Dialog, Empty } from "../../ui";
import type { ScannerProps } from "./scanner";

/** The camera in its place; what it reads goes to `onCode`. */
export function Scanner(props: ScannerProps) {
  const [Loaded, setLoaded] = useState<{ is: ComponentType<ScannerProps> } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./scanner").then(
      (module) => setLoaded({ is: module.Scanner }),
      () => setFailed(true),
    );
  }, []);
  if (failed) return <Empty icon="warning" title={t().ui.screenFailed} />;
  return Loaded ? <Loaded.is {...props} /> : <p class="muted">{t().scan.loading}</p>;
}

/** The same in a dialog, for one code. */
export function ScanDialog({ title, onClose, ...rest }: ScannerProps & { title: string; onClose: () => void }) {
  return (
    <Dialog title={title} closeLabel={t().ui.close} onClose={onClose} tall>
      <Scanner {...rest} />
    </Dialog>
  );
}
