/** Loads the drawing on photos when somebody draws. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { toast } from "../../ui";
import type { AnnotateProps } from "./annotate";

export function Annotate(props: AnnotateProps) {
  const [Loaded, setLoaded] = useState<{ is: ComponentType<AnnotateProps> } | null>(null);
  useEffect(() => {
    import("./annotate").then(
      (module) => setLoaded({ is: module.Annotate }),
      () => {
        toast(t().ui.screenFailed, { failed: true });
        props.onClose();
      },
    );
  }, []);
  return Loaded ? <Loaded.is {...props} /> : null;
}
