/** Parts that are loaded when they are first gone to: once loaded they are there at once. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export type Load<P> = () => Promise<{ default: ComponentType<P> }>;

// What is kept under a loader is what that loader gave, so it has its type.
const loaded = new Map<unknown, unknown>();

/** The component, if it is there. */
export const ready = <P>(from: Load<P>): ComponentType<P> | undefined => loaded.get(from) as ComponentType<P> | undefined;

/** Loads one. */
export async function load<P>(from: Load<P>): Promise<ComponentType<P>> {
  const component = (await from()).default;
  loaded.set(from, component);
  return component;
}

/** The component when it is there, whether it could not be loaded, and how to try again. */
export function useLater<P>(from: Load<P>): { component: ComponentType<P> | undefined; failed: boolean; again: () => void } {
  const [found, setFound] = useState<{ of: Load<P>; is: ComponentType<P> } | null>(null);
  const [failed, setFailed] = useState(false);
  const component = ready(from) ?? (found?.of === from ? found.is : undefined);
  const again = () => {
    setFailed(false);
    load(from).then(
      (is) => setFound({ of: from, is }),
      () => setFailed(true),
    );
  };
  useEffect(() => {
    if (!component) again();
  }, [from]);
  return { component, failed, again };
}
