//! The tables, once for both databases; a test compares them with what the migrations made of each.
use diesel::{
    allow_columns_to_appear_in_same_group_by_clause, allow_tables_to_appear_in_same_query, joinable, table,
};

macro_rules! tables {
    ($($name:ident ($($key:ident),+) { $($column:ident -> $ty:ty,)+ })+) => {
        $(table! {
            use diesel::sql_types::*;
            use crate::dialect::{Guid, Instant};
            $name ($($key),+) { $($column -> $ty,)+ }
        })+

        allow_tables_to_appear_in_same_query!($($name),+);

        /// Every table with its columns, for the comparison with the databases.
        pub const TABLES: &[(&str, &[&str])] = &[$((stringify!($name), &[$(stringify!($column)),+]),)+];
    };
}

tables! {
    sync_clock (id) {
        id -> Integer, epoch -> Integer, version -> BigInt, copied -> Bool, floor -> BigInt,
        projected -> Integer,
    }
    epochs (epoch) { epoch -> Integer, restored_to -> BigInt, began_at -> Nullable<Instant>, }
    backups (epoch, version) { epoch -> Integer, version -> BigInt, made_at -> Instant, }
    bucket_sums (bucket) { bucket -> Text, rows -> BigInt, sum -> BigInt, }
    rows (id) {
        id -> Guid, entity -> Text, bucket -> Text, parent_id -> Nullable<Guid>, version -> BigInt,
        body -> Text, stamps -> Text, deleted -> Bool,
    }
    aliases (id) { id -> Guid, row_id -> Guid, }
    removals (bucket, row_id) { bucket -> Text, row_id -> Guid, version -> BigInt, }
    history (version) {
        version -> BigInt, row_id -> Guid, operation_id -> Guid, stream_id -> Guid, user_id -> Nullable<Guid>,
        changes -> Text, written -> Nullable<Text>, occurred_at -> Instant, recorded_at -> Instant,
    }
    grants (user_id, bucket, from_version) {
        user_id -> Guid, bucket -> Text, from_version -> BigInt, until_version -> Nullable<BigInt>,
        ended_at -> Nullable<Instant>,
    }
    devices (id) {
        id -> Guid, user_id -> Guid, name -> Text, platform -> Text, public_key -> Nullable<Text>,
        enrolled_at -> Instant, last_seen_at -> Instant, skew_millis -> BigInt, revoked_at -> Nullable<Instant>,
        locked_at -> Nullable<Instant>,
    }
    device_reports (device_id) {
        device_id -> Guid, app_version -> Text, unsent -> BigInt, oldest_unsent_at -> Nullable<Instant>,
        reported_at -> Instant,
    }
    wipe_deliveries (device_id) { device_id -> Guid, delivered_at -> Instant, }
    streams (id) { id -> Guid, device_id -> Nullable<Guid>, user_id -> Nullable<Guid>, last_n -> BigInt, }
    continued_streams (stream_id) { stream_id -> Guid, earlier_id -> Guid, through_version -> BigInt, }
    operations (stream_id, n) {
        stream_id -> Guid, n -> BigInt, operation_id -> Nullable<Guid>, hash -> Text, receipt -> Text,
        received_at -> Instant,
    }
    quarantine (id) {
        id -> Guid, stream_id -> Guid, n -> BigInt, user_id -> Nullable<Guid>, operation_id -> Nullable<Guid>,
        row_id -> Nullable<Guid>, waits_for -> Nullable<Guid>, raw -> Text, reason -> Text,
        detail -> Text, received_at -> Instant, status -> Text, decided_by -> Nullable<Guid>,
        decided_at -> Nullable<Instant>, decision -> Nullable<Text>,
    }
    deferred (stream_id, n) {
        stream_id -> Guid, n -> BigInt, operation_id -> Guid, row_id -> Guid, group_id -> Nullable<Guid>,
        raw -> Text, received_at -> Instant,
    }
    deferred_waits (waits_for, stream_id, n) { waits_for -> Guid, stream_id -> Guid, n -> BigInt, }
    receipts (id) { id -> Guid, device_id -> Guid, }
    visit_tickets (visit_id, ticket_id) { visit_id -> Guid, ticket_id -> Guid, }
    ticket_assets (ticket_id, asset_id) { ticket_id -> Guid, asset_id -> Guid, }
    credentials (user_id) { user_id -> Guid, email -> Text, password_hash -> Text, }
    login_attempts (id) { id -> Guid, email -> Text, address -> Text, at -> Instant, familiar -> Bool, }
    sessions (id) {
        id -> Guid, user_id -> Guid, device_id -> Guid, generation -> Integer, created_at -> Instant,
        expires_at -> Instant, revoked_at -> Nullable<Instant>, network -> Nullable<Text>,
    }
    refresh_proofs (session_id, proof) { session_id -> Guid, proof -> Text, }
    idempotency_keys (user_id, key) {
        user_id -> Guid, key -> Text, request_hash -> Text, status -> Integer, response -> Text,
        created_at -> Instant,
    }
    nonces (nonce) {
        nonce -> Text, device_id -> Guid, issued_at -> Instant, used_at -> Nullable<Instant>,
    }
    notifications (id) {
        id -> Guid, message_id -> Text, kind -> Text, recipient -> Text, language -> Text, mail -> Text,
        visit_id -> Nullable<Guid>, sheet_id -> Nullable<Guid>, state -> Text, attempts -> Integer,
        next_at -> Instant, created_at -> Instant, sent_at -> Nullable<Instant>, error -> Nullable<Text>,
    }
    links (token_hash) {
        token_hash -> Text, purpose -> Text, row_id -> Guid, expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
    fault_reports (id) { id -> Guid, asset_id -> Guid, network -> Text, at -> Instant, }
    audit_entries (seq) {
        seq -> BigInt, at -> Instant, user_id -> Nullable<Guid>, action -> Text, subject_id -> Nullable<Guid>,
        detail -> Text, previous_hash -> Text, hash -> Text,
    }
    counters (name) { name -> Text, value -> BigInt, }
    blobs (sha256) { sha256 -> Text, media_type -> Text, size -> BigInt, stored_at -> Instant, }
    uploads (id) {
        id -> Guid, user_id -> Guid, attachment_id -> Guid, sha256 -> Text, size -> BigInt, metadata -> Text,
        state -> Text, turn -> BigInt, content -> Nullable<Text>, discard -> Nullable<Text>, created_at -> Instant,
        expires_at -> Instant,
    }
    upload_parts (upload_id, start) { upload_id -> Guid, start -> BigInt, length -> BigInt, turn -> BigInt, }
    imports (id) {
        id -> Guid, user_id -> Guid, format -> Text, file_name -> Text, dry_run -> Bool, state -> Text, total -> BigInt,
        done -> BigInt, outcome -> Nullable<Text>, error -> Nullable<Text>, created_at -> Instant, updated_at -> Instant,
    }
    signing_keys (id) { id -> Text, public_key -> Text, created_at -> Instant, }

    clients (id) {
        id -> Guid, name -> Text, code -> Nullable<Text>, phone_reversed -> Nullable<Text>,
        search -> Nullable<Text>,
    }
    sites (id) { id -> Guid, client_id -> Guid, name -> Text, search -> Nullable<Text>, }
    contacts (id) {
        id -> Guid, client_id -> Guid, name -> Text, phone -> Nullable<Text>, email -> Nullable<Text>,
        phone_reversed -> Nullable<Text>, search -> Nullable<Text>,
    }
    users (id) {
        id -> Guid, name -> Text, email -> Text, role -> Text, active -> Bool, search -> Nullable<Text>,
    }
    tag_ranges (id) {
        id -> Guid, device_id -> Guid, prefix -> Text, first -> BigInt, last -> BigInt,
    }
    assets (id) {
        id -> Guid, site_id -> Guid, tag -> Nullable<Text>, kind -> Text, status -> Text, name -> Text,
        serial -> Nullable<Text>, parent_id -> Nullable<Guid>, source -> Nullable<Text>,
        source_key -> Nullable<Text>, seen_at -> Nullable<Instant>, warranty_until -> Nullable<Text>,
        search -> Nullable<Text>,
    }
    checklist_templates (id) {
        id -> Guid, family_id -> Guid, version -> BigInt, asset_kind -> Text, search -> Nullable<Text>,
    }
    tickets (id) {
        id -> Guid, client_id -> Guid, site_id -> Nullable<Guid>, contact_id -> Nullable<Guid>,
        number -> Nullable<Text>, status -> Text, priority -> Text, assignee_id -> Nullable<Guid>,
        title -> Nullable<Text>, reported_at -> Nullable<Instant>, solved_at -> Nullable<Instant>,
        search -> Nullable<Text>,
    }
    worklog_entries (id) {
        id -> Guid, ticket_id -> Nullable<Guid>, visit_id -> Nullable<Guid>, author_id -> Guid, at -> Instant,
    }
    visits (id) {
        id -> Guid, client_id -> Guid, site_id -> Guid, contact_id -> Nullable<Guid>,
        technician_id -> Nullable<Guid>, status -> Text, planned_start -> Instant, planned_end -> Instant,
        kind -> Nullable<Text>, search -> Nullable<Text>,
    }
    inspections (id) {
        id -> Guid, visit_id -> Guid, asset_id -> Guid, template_id -> Guid, status -> Text,
        started_at -> Nullable<Instant>,
    }
    inspection_answers (id) { id -> Guid, inspection_id -> Guid, item -> Text, }
    advice (id) {
        id -> Guid, visit_id -> Guid, asset_id -> Guid, status -> Text, severity -> Nullable<Text>,
        search -> Nullable<Text>,
    }
    handover_items (id) { id -> Guid, visit_id -> Guid, kind -> Text, }
    service_sheets (id) {
        id -> Guid, visit_id -> Guid, version -> BigInt, status -> Text, number -> Nullable<Text>,
        hash -> Nullable<Text>, sealed_at -> Nullable<Instant>, search -> Nullable<Text>,
    }
    signatures (id) { id -> Guid, sheet_id -> Guid, party -> Text, }
    sheet_amendments (id) { id -> Guid, sheet_id -> Guid, status -> Text, proposed_at -> Nullable<Instant>, }
    attachments (id) {
        id -> Guid, owner_id -> Guid, sha256 -> Text, stored_sha256 -> Nullable<Text>,
        file_name -> Nullable<Text>, search -> Nullable<Text>,
    }
    callbacks (id) {
        id -> Guid, visit_id -> Guid, status -> Text, due_at -> Instant, agent_id -> Nullable<Guid>,
        score -> Nullable<BigInt>, survey_score -> Nullable<BigInt>, last_attempt_at -> Nullable<Instant>,
    }
    complaints (id) {
        id -> Guid, client_id -> Guid, site_id -> Nullable<Guid>, visit_id -> Nullable<Guid>,
        callback_id -> Nullable<Guid>, owner_id -> Nullable<Guid>, level -> BigInt, status -> Text,
        due_at -> Nullable<Instant>, opened_at -> Nullable<Instant>, search -> Nullable<Text>,
        closed_at -> Nullable<Instant>,
    }
    settings (id) { id -> Guid, name -> Text, }
    mail_templates (id) { id -> Guid, kind -> Text, language -> Text, }
    conflicts (id) {
        id -> Guid, row_id -> Guid, entity -> Text, field -> Text, author_id -> Nullable<Guid>, kind -> Text, status -> Text, opened_at -> Instant,
        decided_at -> Nullable<Instant>,
    }
}

joinable!(visits -> rows (id));
allow_columns_to_appear_in_same_group_by_clause!(rows::bucket, conflicts::author_id);
