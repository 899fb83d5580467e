/** Components that are drawn again only when a property of theirs changed: a board has hundreds of blocks. */
import { Component, type ComponentType, h, type FunctionComponent } from "preact";

/** Compares properties one by one; signals read inside still redraw it. */
export function memo<P extends object>(of: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const [before, after] = [this.props as Record<string, unknown>, next as unknown as Record<string, unknown>];
      const differs = (key: string) => key !== "children" && before[key] !== after[key];
      return Object.keys(after).some(differs) || Object.keys(before).some((key) => !(key in after) && differs(key));
    }
    override render() {
      return h(of, this.props as P);
    }
  };
}
