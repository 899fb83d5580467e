/** The address of a visit, for who knows only its id: the board on its day, with the visit open. */
import { useEffect, useState } from "preact/hooks";
import { go } from "../../app/router";
import { Empty } from "../../ui";
import { Problem, readRow } from "../data";
import { Page, Unread } from "../page";
import type { PageProps } from "../pages";
import { c } from "../words";
import { boardPath } from "./panel";

export default function Visit({ params }: PageProps) {
  const id = params["id"] ?? "";
  const words = c();
  const [problem, setProblem] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setProblem(null);
    let isLeft = false;
    readRow("visit", id).then(
      (visit) => isLeft || go(boardPath(visit), { replace: true }),
      (error) => isLeft || setProblem(error),
    );
    return () => {
      isLeft = true;
    };
  }, [id, turn]);
  return (
    <Page title={words.board.details} up="/board">
      {problem instanceof Problem && problem.code === "not_found" ? (
        <Empty icon="search" title={words.inbox.gone} />
      ) : problem ? (
        <Unread problem={problem} again={() => setTurn(turn + 1)} />
      ) : (
        <p class="muted">{words.shell.loading}</p>
      )}
    </Page>
  );
}
