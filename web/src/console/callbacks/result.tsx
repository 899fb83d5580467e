/** What a client said in a call that is done, and correcting it. */
import { useState } from "preact/hooks";
import { dateAndTime } from "../../app/model/format";
import { SaveDialog } from "../../app/parts/save-dialog";
import { to } from "../../app/router";
import { Button, Card, Facts, TextArea } from "../../ui";
import { change, type Row } from "../data";
import { changed } from "../parts/tell";
import { nameOf } from "../values";
import { c } from "../words";
import { Scores } from "./scores";

function Correct({ callback, onClose }: { callback: Row<"callback">; onClose: () => void }) {
  const words = c().callbacks;
  const [score, setScore] = useState(callback.fields.score ?? null);
  const [comment, setComment] = useState(callback.fields.comment ?? "");
  const save = async () => {
    if (score !== null && (await changed(() => change("callback", callback.id, { score, comment: comment.trim() || null })))) onClose();
  };
  return (
    <SaveDialog title={words.correctTitle} onSave={save} onClose={onClose}>
      <Scores value={score} onChange={setScore} />
      <TextArea label={words.comment} value={comment} onInput={setComment} />
    </SaveDialog>
  );
}

export function Result({ callback }: { callback: Row<"callback"> }) {
  const words = c().callbacks;
  const [correcting, setCorrecting] = useState(false);
  const { score, comment, new_needs: needs, last_attempt_at: at, agent_id: agent, ticket_id: ticket } = callback.fields;
  return (
    <Card
      title={words.result}
      action={
        <Button kind="quiet" icon="edit" onClick={() => setCorrecting(true)}>
          {words.correct}
        </Button>
      }
    >
      <div class="stack">
        <p class="result__score">
          <span class="result__number number">{score}</span> {words.scores[(score ?? 1) - 1]}
        </p>
        {comment ? <p class="prose">{comment}</p> : null}
        {needs ? (
          <div>
            <p class="small strong">{words.needs}</p>
            <p class="prose">{needs}</p>
            {ticket ? <a href={to(`/tickets/${ticket}`)}>{words.newTicket}</a> : null}
          </div>
        ) : null}
        <Facts
          of={[
            [words.agent, agent ? nameOf("user", agent) : ""],
            [words.called, at ? dateAndTime(at) : ""],
          ]}
        />
      </div>
      {correcting ? <Correct callback={callback} onClose={() => setCorrecting(false)} /> : null}
    </Card>
  );
}
