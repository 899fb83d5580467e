/** A text beside another, with the words that only this one has marked: by a line as well as by colour. */
import type { Piece } from "./words-diff";

export function Marked({ pieces, side }: { pieces: readonly Piece[]; side: "stands" | "other" }) {
  return (
    <span class="prose">
      {pieces.map((piece, at) =>
        piece.own ? (
          <mark key={at} class={`differs differs--${side}`}>
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </span>
  );
}
