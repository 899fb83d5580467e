//! Every route there is. What a route needs, takes and answers follows from its handler's type: see
//! [`crate::route::Route`]. Routing, the OpenAPI document, the readable reference and the tests of permissions and
//! bad input all read this table, so a line here is all a new route needs.
use crate::handlers::table::Tabled;
use crate::handlers::{
    asset, attachment, audit_entry, callback, client_page, conflict, device, documentation, file, health,
    import, label, live, notification, quarantine, record, report_page, search, service_sheet, session,
    settings, sign_page, staff, sync, table, trust, visit, web_app,
};
use crate::resource::Resource;
use crate::route::Route;
use onsite_model::advice::Advice;
use onsite_model::asset::Asset;
use onsite_model::attachment::Attachment;
use onsite_model::callback::Callback;
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::client::Client;
use onsite_model::complaint::Complaint;
use onsite_model::conflict::Conflict;
use onsite_model::contact::Contact;
use onsite_model::handover_item::HandoverItem;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::mail_template::MailTemplate;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::settings::Settings;
use onsite_model::sheet_amendment::SheetAmendment;
use onsite_model::signature::Signature;
use onsite_model::site::Site;
use onsite_model::tag_range::TagRange;
use onsite_model::ticket::Ticket;
use onsite_model::user::User;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::WorklogEntry;
use onsite_services::import::MAX_FILE_BYTES;
use sync_protocol::push::MAX_PUSH_BYTES;

/// The longest signature with its picture, as a form spells it.
const SIGNING_BYTES: usize = 1_500_000;

/// The largest report of a fault: a photo, and some words.
const FAULT_BYTES: usize = 20_100_000;

/// The route table.
pub fn table() -> Vec<Route> {
    [
        accounts(),
        synchronisation(),
        editable::<Client>(),
        editable::<Site>(),
        editable::<Contact>(),
        editable::<Asset>(),
        editable::<ChecklistTemplate>(),
        editable::<Ticket>(),
        editable::<WorklogEntry>(),
        editable::<Visit>(),
        editable::<Inspection>(),
        editable::<InspectionAnswer>(),
        editable::<Advice>(),
        writable::<HandoverItem>(),
        writable::<ServiceSheet>(),
        writable::<Signature>(),
        readable::<SheetAmendment>(),
        editable::<Attachment>(),
        writable::<Callback>(),
        writable::<Complaint>(),
        writable::<Settings>(),
        editable::<MailTemplate>(),
        readable::<TagRange>(),
        readable::<User>(),
        readable::<Conflict>(),
        uploads(),
        workflow(),
        decisions(),
        office(),
        files::<device::View>(),
        files::<quarantine::View>(),
        files::<notification::View>(),
        files::<audit_entry::View>(),
        imports(),
        documents(),
        client_pages(),
        web_app_files(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn accounts() -> Vec<Route> {
    vec![
        Route::post("/v1/login", session::login).about(
            "Log in. A device that gives its key gets a refresh token; one that gives its earlier id and the same \
             key is the same device again.",
        ),
        Route::post("/v1/refresh", session::refresh).about(
            "Exchange a refresh token for fresh tokens. Each can be used once; a device whose answer was lost asks \
             again and gets the same.",
        ),
        Route::post("/v1/logout", session::logout).about("End the session."),
        Route::get("/v1/me", session::me).about("Who is logged in."),
        Route::post("/v1/me/password", session::change_password)
            .about("Change one's own password. All other sessions end."),
        Route::get("/v1/devices", device::list)
            .about("Devices, last seen first: one's own, or everybody's for who manages them."),
        Route::post("/v1/devices/{id}/wipe", device::wipe).about(
            "Revoke a device and have it forget what it has read: the signed order goes out when it next calls.",
        ),
        Route::delete("/v1/devices/{id}", device::revoke).about(
            "Revoke a device and end its sessions. What it has not sent yet goes to quarantine when it comes.",
        ),
    ]
}

fn synchronisation() -> Vec<Route> {
    vec![
        Route::post("/v1/enrol", device::enrol).about(
            "Fill a device up for its offline days: nonces for signatures, and asset tags where it asks for them.",
        ),
        Route::post("/v1/streams", device::new_stream)
            .about(
                "A new stream, for a device whose push was answered with a fork. It says how far the one it leaves is its \
                 own, so that its earlier work does not count as another's.",
            ),
        Route::post("/v1/push", sync::push).body_limit(MAX_PUSH_BYTES).about(
            "Hand over what a device did. The device's proof is enough, even when its session has run out. Each \
             operation ends in one receipt; one that can't be applied is kept and stops none behind it.",
        ),
        Route::post("/v1/pull", sync::pull).about("Catch up by one page."),
        Route::get("/v1/live", live::live).about(
            "Events that carry the newest version of what you hold, whenever that moves; then pull, or read the \
             changes. The token goes into the header, so read it with fetch; EventSource can't send one.",
        ),
        Route::get("/v1/head", live::head)
            .about("The newest version of what you hold; with `wait`, as soon as it is another than `after`."),
        Route::get("/v1/changes", live::changes)
            .about("What changed since a version, everywhere and in order. Phones pull instead."),
        Route::post("/v1/repair", sync::repair).body_limit(MAX_PUSH_BYTES).about(
            "Mend the copy of one bucket whose sum differs: what the device lacks is sent, what it has too much is \
             named.",
        ),
    ]
}

/// A resource that people read.
fn readable<E: Resource>() -> Vec<Route> {
    let (all, one) = (format!("/v1/{}", E::PLURAL), format!("/v1/{}/{{id}}", E::PLURAL));
    let mut routes = files::<E>();
    routes.extend([
        Route::get(all, record::list::<E>)
            .about("List those you may see, oldest first if nothing else is asked for."),
        Route::get(format!("{one}/history"), record::history::<E>)
            .about("Who changed what, newest first; of one field, or of all."),
        Route::get(one, record::get::<E>).about("Read one."),
    ]);
    routes
}

/// A list as files.
fn files<T: Tabled>() -> Vec<Route> {
    let list = format!("/v1/{}", T::NAME);
    vec![
        Route::get(format!("{list}.csv"), table::csv::<T>)
            .about("The list as a CSV file, with names for ids; UTF-8 with a byte-order mark."),
        Route::get(format!("{list}.xlsx"), table::xlsx::<T>).about("The list as an Excel workbook."),
    ]
}

/// A resource that people read and write, and nobody deletes.
fn writable<E: Resource>() -> Vec<Route> {
    let (all, one) = (format!("/v1/{}", E::PLURAL), format!("/v1/{}/{{id}}", E::PLURAL));
    let mut routes = readable::<E>();
    routes.extend([
        Route::post(all, record::create::<E>).about("Add one."),
        Route::patch(one, record::change::<E>).about(
            "Change the fields given. What others changed meanwhile stays; the same field changed by somebody else \
             is answered with its value.",
        ),
        Route::post(format!("/v1/{}/{{id}}/undo", E::PLURAL), record::undo::<E>).about(
            "Take one write of the history back: its fields get the values they had before it. A field that was \
             changed again since is answered with its value.",
        ),
    ]);
    routes
}

/// A resource that people read, write and delete.
fn editable<E: Resource>() -> Vec<Route> {
    let mut routes = writable::<E>();
    routes.push(
        Route::delete(format!("/v1/{}/{{id}}", E::PLURAL), record::delete::<E>)
            .about("Delete one, if nobody changed it since you saw it."),
    );
    routes
}

/// tus 1.0.
fn uploads() -> Vec<Route> {
    vec![
        Route::options("/v1/files", file::options).about("What is spoken here of tus, the protocol of uploads."),
        Route::post("/v1/files", file::begin).about(
            "Begin an upload for an attachment, whose record may come before or after; with bytes, if the request \
             has any. One for a file the server knows is complete at once. It replaces one begun earlier for the \
             same.",
        ),
        Route::get("/v1/files/{id}", file::stand).about(
            "How far an upload has come; HEAD is enough. A request that still adds to it is cut off, and what that \
             brought counts.",
        ),
        Route::patch("/v1/files/{id}", file::go_on).about(
            "Go on with an upload. What arrives before the connection breaks stays, unless it came under \
             Upload-Checksum. With its last byte the file is checked, and the attachment has it.",
        ),
        Route::post("/v1/files/{id}", file::overridden)
            .about("PATCH or DELETE, named in X-HTTP-Method-Override, for clients that can send neither."),
        Route::delete("/v1/files/{id}", file::terminate).about("Give an upload up."),
    ]
}

fn workflow() -> Vec<Route> {
    vec![
        Route::post("/v1/visits/{id}/assign", visit::assign)
            .about("Give a visit to a technician, who is told and is to accept it; with times, for those."),
        Route::post("/v1/visits/{id}/unassign", visit::unassign)
            .about("Take a visit from its technician, back to those that are to be planned."),
        Route::post("/v1/visits/{id}/move", visit::reschedule).about(
            "Plan a visit for another time. Client and technician are told; an accepted visit is to be accepted \
             again.",
        ),
        Route::post("/v1/visits/{id}/cancel", visit::cancel).about("Call a visit off. The client is told."),
        Route::get("/v1/visits/{id}/sheet-draft", visit::sheet_draft)
            .about("The service sheet as the records tell it now: what a phone would show the client."),
        Route::get("/v1/visits/{id}/inspection-record.pdf", service_sheet::inspection_record_pdf)
            .about("The inspection record of a visit: every device with every answer, and the advice."),
        Route::get("/v1/service-sheets/{id}/document.pdf", service_sheet::pdf)
            .about("A sheet that was presented, with its signatures, as it is mailed."),
        Route::post("/v1/service-sheets/{id}/send-link", service_sheet::send_link)
            .about(
                "Mail a new link by which a client reads and signs a sheet that was shown, refused or left unsigned. Links \
                 to it that were mailed before work no more.",
            ),
        Route::get("/v1/verifications/{sha256}", service_sheet::verification)
            .about("Whether the signed sheet with this checksum is genuine."),
        Route::post("/v1/assets/{id}/merge", asset::merge).about(
            "Make a duplicate one with the asset it turned out to be: its inspections, tickets and photos go there, \
             and so does what phones still send for it.",
        ),
        Route::get("/v1/attachments/{id}/content", attachment::content).about("The file."),
        Route::get("/v1/attachments/{id}/thumbnail", attachment::thumbnail)
            .about("A small picture of it, at most 320 pixels wide or high."),
        Route::post("/v1/callbacks/{id}/calls", callback::record_call)
            .about("Record a call to the client: nobody answered, given up, or a score with what was said."),
        Route::post("/v1/users", staff::add).about("Add a member of staff."),
        Route::post("/v1/users/{id}/details", staff::set_details)
            .about("Correct somebody's name, e-mail address, telephone or language; nobody is logged out."),
        Route::post("/v1/users/{id}/access", staff::set_access)
            .about("Change somebody's role, or let them go: they are logged out everywhere."),
        Route::post("/v1/users/{id}/password", staff::set_password)
            .about("Give somebody who forgot theirs a new password: they are logged out everywhere."),
    ]
}

fn client_pages() -> Vec<Route> {
    vec![
        Route::get("/survey/{token}", client_page::survey)
            .about("The survey's page; looking uses nothing up."),
        Route::post("/survey/{token}", client_page::answer_survey).about(
            "Answer the survey, once. What can't be taken is answered with the page again (422), with what was typed.",
        ),
        Route::get("/briefing/{token}", client_page::briefing).about("The page behind a briefing's link."),
        Route::post("/briefing/{token}", client_page::confirm_briefing)
            .about("Tick “mail read” in the visit's preparation."),
        Route::get("/verify/{sha256}", client_page::verify_sheet)
            .about("The page a sheet's QR code leads to: whether it is genuine."),
        Route::get("/sign/{token}", sign_page::show)
            .about("The page a client reads a service sheet on; looking uses nothing up."),
        Route::post("/sign/{token}", sign_page::answer)
            .body_limit(SIGNING_BYTES)
            .about("Sign a sheet, which uses the link up; or refuse it with a reason, or leave a remark."),
        Route::get("/a/{tag}", report_page::show)
            .about("The page a device's label leads to; it tells what the label tells."),
        Route::post("/a/{tag}", report_page::report).body_limit(FAULT_BYTES).about(
            "Report a fault of the device, with a picture or without; it becomes a ticket. So many an hour are taken \
             from one network and about one device.",
        ),
        Route::get("/pages/logo.png", settings::logo).about("The provider's logo, where there is one."),
        Route::get("/pages/brand.css", settings::style).about("The provider's colour on these pages."),
        Route::get("/pages/style.css", client_page::style).about("How these pages look."),
    ]
}

fn decisions() -> Vec<Route> {
    vec![
        Route::post("/v1/conflicts/{id}/resolve", conflict::resolve)
            .about("Decide a conflict. Both values stay in the history."),
        Route::get("/v1/conflict-counts", conflict::counts)
            .about("How many conflicts are open: by site, and by whose value came in."),
        Route::post("/v1/conflict-decisions", conflict::resolve_many)
            .about("Decide many conflicts alike. One that can't be decided so stays open and says why."),
        Route::post("/v1/conflicts/{id}/undo", conflict::undo)
            .about("Take a decision back; the conflict is open again."),
        Route::get("/v1/quarantine", quarantine::list)
            .about("Operations that wait for a decision, oldest first."),
        Route::get("/v1/quarantine/{id}", quarantine::get).about("One of them, as it came."),
        Route::post("/v1/quarantine/{id}/apply", quarantine::apply)
            .about("Apply it after all, corrected or on another record."),
        Route::post("/v1/quarantine/{id}/discard", quarantine::discard).about("Give it up, with a reason."),
        Route::post("/v1/quarantine/{id}/undo", quarantine::undo)
            .about("Take back that it was given up; it waits for a decision again."),
    ]
}

fn office() -> Vec<Route> {
    vec![
        Route::get("/v1/search", search::everything).about(
            "Search everything: clients, sites, contacts, assets, tickets, visits and service sheets, the best first.",
        ),
        Route::post("/v1/labels", label::pdf).about(
            "Labels as a PDF: a QR code that leads to the page where a fault is reported, the tag, the device and its \
             client.",
        ),
        Route::post("/v1/labels/preview", label::preview).about("The first page of them as a PNG."),
        Route::get("/v1/callers", search::callers).about(
            "Who has this phone number: contact, client, open tickets and assets in one answer.",
        ),
        Route::get("/v1/notifications", notification::list)
            .about("The mail outbox, oldest first or newest first."),
        Route::get("/v1/notifications/{id}/preview", notification::preview)
            .about("A mail of it in words, without what its links open."),
        Route::post("/v1/notifications/{id}/resend", notification::resend)
            .about("Deliver a mail now, unless the link it was written for works no more."),
        Route::get("/v1/settings-in-force", settings::in_force)
            .about("Every setting with the value it has now: as an admin set it, or as configured."),
        Route::get("/v1/mail-kinds", settings::mail_kinds).about(
            "The kinds of mail there are, the placeholders of each, and its words where nobody wrote others.",
        ),
        Route::post("/v1/mail-previews", settings::mail_preview)
            .about("The example of a mail in words that are tried before they are kept; nothing is sent."),
        Route::get("/v1/audit-entries", audit_entry::list)
            .about("The audit log, oldest first; who did what to which record, and when."),
        Route::get("/v1/audit-actions", audit_entry::actions).about("What the audit log tells of, by name."),
    ]
}

fn imports() -> Vec<Route> {
    vec![
        Route::post("/v1/imports", import::begin).body_limit(MAX_FILE_BYTES as usize).about(
            "Take a file of assets, as the body; it is worked through meanwhile, and its id tells how far it is. The \
             same file twice changes nothing. `/v1/assets.csv` may come back changed: each row is known by its last \
             column, its changes are the caller's edits, and a field that somebody wrote since is left.",
        ),
        Route::get("/v1/imports", import::list).about("The newest 50 imports."),
        Route::post("/v1/import-columns", import::columns)
            .body_limit(MAX_FILE_BYTES as usize)
            .about("What the columns of a CSV file are taken for, by their names in English or Chinese."),
        Route::get("/v1/imports/{id}/rows", import::rows)
            .about("What became of the rows of an import, or would, in the order of the file."),
        Route::get("/v1/imports/{id}/outcome.csv", import::outcome).about("The same as a CSV file."),
        Route::get("/v1/imports/{id}", import::get).about("How far an import has come."),
    ]
}

fn documents() -> Vec<Route> {
    vec![
        Route::get("/v1/health", health::health).about("Whether the server is well."),
        Route::get("/v1/health/details", health::details).about(
            "How the server is doing, for those who run it: database, storage, backups, mail, jobs, and what waits for \
             decisions.",
        ),
        Route::get("/v1/errors", documentation::errors).about("Every code a refusal can carry."),
        Route::get("/openapi.json", documentation::openapi).about("This description for programs."),
        Route::get("/docs", documentation::page).about("This description for people."),
        Route::get("/docs/style.css", documentation::style).about("How that page looks."),
    ]
}

fn web_app_files() -> Vec<Route> {
    vec![
        Route::get("/", web_app::page).about("The technicians' app."),
        Route::get("/console", web_app::console).about("The dispatchers' console."),
        Route::get("/favicon.ico", web_app::icon)
            .about("The icon that browsers ask for beside pages that name none."),
        Route::get("/{file}", web_app::file).about(
            "What belongs to the app under a lasting name, such as its manifest and its service worker.",
        ),
        Route::get("/assets/{file}", web_app::asset)
            .about("Scripts, styles and pictures of the app; their names change with their content."),
        Route::get("/trust", trust::instructions)
            .about("How to trust a server that is its own certificate authority. Others have no such page."),
        Route::get("/trust/authority.crt", trust::certificate).about("The certificate of that authority."),
    ]
}
