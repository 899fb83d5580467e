// A mail server that delivers nothing: every mail it accepts becomes a file in a folder. The tests and the demo run
// it in the place of a real one, so that mails cross a real SMTP connection, and fail there in the ways they can.
//
//   node sink.mjs FOLDER [--port N] [--fail-first N] [--reject ADDRESS]...
//                        [--login USER:PASSWORD] [--key FILE --cert FILE [--tls]]
//
// FOLDER          gets 0001.eml, 0002.eml … in the order of arrival; a name that is there is a whole mail
// --port          where to listen on 127.0.0.1; a free port when left out
// --fail-first    answer the first N mails with 451, as a busy server does
// --reject        answer 550 to this recipient, as for an unknown mailbox
// --login         accept mails only after this login
// --key, --cert   offer STARTTLS with this key and certificate; with --tls encrypt from the first byte instead
//
// Its first line on standard output is "listening on PORT". It ends on SIGTERM, and when its standard input closes,
// so that it never outlives the program that started it.
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    "fail-first": { type: "string", default: "0" },
    reject: { type: "string", multiple: true, default: [] },
    login: { type: "string" },
    key: { type: "string" },
    cert: { type: "string" },
    tls: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (!folder) {
  console.error("usage: node sink.mjs FOLDER [options]; the options are explained at the top of the file");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

let stored = Math.max(0, ...readdirSync(folder).map((name) => Number(/^(\d+)\.eml$/.exec(name)?.[1] ?? 0)));
let toFail = Number(options["fail-first"]);

function store(mail) {
  const name = String((stored += 1)).padStart(4, "0");
  const unfinished = join(folder, `.${name}.part`);
  writeFileSync(unfinished, mail);
  renameSync(unfinished, join(folder, `${name}.eml`));
}

const reply = (responseCode, message) => Object.assign(new Error(message), { responseCode });

const server = new SMTPServer({
  name: "sink.invalid",
  banner: "test mail server",
  disableReverseLookup: true,
  ...(options.key ? { key: readFileSync(options.key), cert: readFileSync(options.cert) } : { hideSTARTTLS: true }),
  secure: options.tls,
  allowInsecureAuth: true,
  authOptional: !options.login,
  onAuth({ username, password }, _session, done) {
    if (`${username}:${password}` === options.login) done(null, { user: username });
    else done(reply(535, "authentication failed"));
  },
  onRcptTo({ address }, _session, done) {
    done(options.reject.includes(address) ? reply(550, "no such mailbox") : null);
  },
  onData(stream, _session, done) {
    buffer(stream).then((mail) => {
      if (toFail > 0) {
        toFail -= 1;
        done(reply(451, "busy, try again later"));
      } else {
        store(mail);
        done(null, "kept");
      }
    }, done);
  },
});
server.on("error", (error) => {
  console.error(error.message);
  // A client that breaks off is part of the tests; a port that cannot be had is the end.
  if (!server.server.listening) process.exit(1);
});
server.listen(Number(options.port), "127.0.0.1", () => console.log(`listening on ${server.server.address().port}`));

// Not close(): it would wait for clients that keep their connection.
const stop = () => process.exit(0);
process.on("SIGTERM", stop);
process.stdin.on("end", stop).on("error", stop).resume();
