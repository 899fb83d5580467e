/** The fields of every kind of row, @generated from the server's description by scripts/types.mjs. */
export interface components {
    schemas: {
        /** @description A piece of advice about one device. */
        Advice: {
            /**
             * Format: uuid
             * @description The answer it grew out of.
             */
            answer_id?: string | null;
            /** Format: uuid */
            asset_id: string;
            severity: components["schemas"]["Severity"];
            /** @default proposed */
            status: components["schemas"]["AdviceStatus"];
            text: string;
            /** Format: uuid */
            visit_id: string;
        };
        /**
         * @description What became of a piece of advice.
         * @enum {string}
         */
        AdviceStatus: "proposed" | "accepted" | "declined" | "done";
        /** @description What became of a proposed amendment. */
        AmendmentStatus: ("proposed" | "dismissed") | "accepted";
        /** @description What an item is answered with. */
        AnswerType: "check" | "reading" | "text";
        /** @description One asset. */
        Asset: {
            /** @description The tag somebody claimed for it that another asset holds already. */
            readonly claimed_tag?: string | null;
            /** @description Hardware, operating system, software and network as an inventory agent reported them. */
            details?: unknown;
            kind: components["schemas"]["AssetKind"];
            /** @description Room, rack or desk. */
            location?: string | null;
            manufacturer?: string | null;
            model?: string | null;
            name: string;
            notes?: string | null;
            /**
             * Format: uuid
             * @description The asset this one is part of or mounted in.
             */
            parent_id?: string | null;
            /** Format: date */
            purchased_on?: string | null;
            /**
             * Format: int64
             * @description How many there are, of what is counted rather than labelled one by one: cartridges, spare disks, cables.
             */
            quantity?: number | null;
            /**
             * Format: date-time
             * @description When somebody last stood before it, as a stocktake or a scan of its label tells.
             */
            seen_at?: string | null;
            serial?: string | null;
            /** Format: uuid */
            site_id: string;
            /** @description Where it was imported from and its key there, so that a second import finds it again. */
            source?: string | null;
            source_key?: string | null;
            /** @default in_service */
            status: components["schemas"]["AssetStatus"];
            /** @description The service label 服务标签 stuck on it; unique among live assets. */
            tag?: string | null;
            /** Format: date */
            warranty_until?: string | null;
        };
        /**
         * @description What kind of thing an asset is.
         * @enum {string}
         */
        AssetKind: "computer" | "laptop" | "server" | "switch" | "router" | "firewall" | "access_point" | "printer" | "ups" | "camera" | "phone" | "monitor" | "storage" | "other";
        /**
         * @description Where an asset stands in its life.
         * @enum {string}
         */
        AssetStatus: "in_service" | "spare" | "in_repair" | "missing" | "retired";
        /** @description One file. */
        Attachment: {
            caption?: string | null;
            file_name: string;
            /** Format: uint32 */
            readonly height?: number | null;
            media_type: string;
            /**
             * Format: uuid
             * @description The row it belongs to: a client, site, asset, ticket, visit or answer.
             */
            owner_id: string;
            /** @description A JPEG of at most 160 pixels and 6 kB, base64, so that lists show the picture without another request. */
            readonly preview?: string | null;
            /** @description SHA-256 (hex) of the bytes as the phone has them, stripped of metadata. */
            sha256: string;
            /**
             * Format: uint64
             * @description In bytes.
             */
            size: number;
            /**
             * Format: date-time
             * @description When the server had the bytes; absent while it waits for them.
             */
            readonly stored_at?: string | null;
            /** @description Address of what is kept, which differs from `sha256` where the server had to re-encode. */
            readonly stored_sha256?: string | null;
            /** Format: date-time */
            taken_at?: string | null;
            /** @description About 25 bytes that show the picture's colours before it is loaded, base64. */
            readonly thumbhash?: string | null;
            readonly thumbnail_sha256?: string | null;
            /**
             * Format: uint32
             * @description In pixels, after orientation.
             */
            readonly width?: number | null;
        };
        /** @description A text in both languages, as an office writes it once for everybody. */
        Bilingual: {
            en: string;
            "zh-CN": string;
        };
        /** @description A pause of the technician. */
        Break: {
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Absent while it goes on.
             */
            until?: string | null;
        };
        /** @description The callback of one visit. */
        Callback: {
            /** Format: uuid */
            agent_id?: string | null;
            /**
             * Format: uint32
             * @description Calls made so far.
             * @default 0
             */
            attempts: number;
            comment?: string | null;
            /** Format: date-time */
            due_at: string;
            /** Format: date-time */
            last_attempt_at?: string | null;
            /** @description New needs and suggestions, to be routed. */
            new_needs?: string | null;
            /**
             * Format: uint8
             * @description Satisfaction, 1 to 5, as told on the phone.
             */
            score?: number | null;
            /** @default due */
            status: components["schemas"]["CallbackStatus"];
            readonly survey_comment?: string | null;
            /**
             * Format: uint8
             * @description Satisfaction, 1 to 5, as entered by the survey's link.
             */
            readonly survey_score?: number | null;
            /** Format: date-time */
            readonly surveyed_at?: string | null;
            /**
             * Format: uuid
             * @description The ticket by which somebody takes care of them.
             */
            ticket_id?: string | null;
            /** Format: uuid */
            visit_id: string;
        };
        /**
         * @description How far a callback has come.
         * @enum {string}
         */
        CallbackStatus: "due" | "attempted" | "unreachable" | "done";
        /** @description One version of a checklist. */
        ChecklistTemplate: {
            asset_kind: components["schemas"]["AssetKind"];
            /**
             * Format: uuid
             * @description The same in all versions of this checklist.
             */
            family_id: string;
            name: components["schemas"]["Bilingual"];
            sections: components["schemas"]["Section"][];
            /**
             * Format: uint32
             * @description 1, 2, 3 … within the family.
             */
            version: number;
        };
        /** @description What was decided. */
        Choice: ("keep_current" | "take_incoming" | "other") | "equal" | "merged";
        /** @description One side of a conflict: the values, and who says so. */
        Claim: {
            /**
             * Format: date-time
             * @description When it happened, by its author's clock.
             */
            at: string;
            /** Format: uuid */
            operation: string;
            /** Format: uuid */
            stream: string;
            /** Format: uuid */
            user_id?: string | null;
            values: {
                [key: string]: unknown;
            };
        };
        /** @description A client company. */
        Client: {
            address?: string | null;
            /** @description The office's own short code, unique among clients. */
            code?: string | null;
            /** @default en */
            language: components["schemas"]["Language"];
            name: string;
            notes?: string | null;
            phone?: string | null;
        };
        /** @description A complaint. */
        Complaint: {
            /** Format: date-time */
            readonly acknowledged_at?: string | null;
            /** Format: uuid */
            callback_id?: string | null;
            /** @default other */
            category: components["schemas"]["ComplaintCategory"];
            /** Format: uuid */
            client_id: string;
            /** Format: date-time */
            readonly closed_at?: string | null;
            /**
             * Format: uuid
             * @description Who complains, where that is a contact.
             */
            contact_id?: string | null;
            /**
             * Format: date-time
             * @description When it escalates by itself unless its next step is done; absent once it is resolved.
             */
            readonly due_at?: string | null;
            /**
             * Format: uint32
             * @description How often it has escalated by itself.
             * @default 0
             */
            readonly escalations: number;
            /**
             * Format: uint8
             * @description 1 to 3; 3 is the gravest.
             * @default 1
             */
            level: number;
            /**
             * Format: date-time
             * @description When it got to its present level.
             */
            readonly level_since?: string | null;
            /** @description Given by the server, such as `C-2026-0042`. */
            readonly number?: string | null;
            /** Format: date-time */
            readonly opened_at?: string | null;
            /**
             * Format: uuid
             * @description Who takes care of it.
             */
            owner_id?: string | null;
            /** @description Who complains, in words, where that is nobody we know. */
            raised_by?: string | null;
            /** Format: date-time */
            readonly resolved_at?: string | null;
            /**
             * Format: uint8
             * @description The low score that opened it by itself, 1 to 5.
             */
            readonly score?: number | null;
            /**
             * Format: uuid
             * @description Absent where it concerns no one site.
             */
            site_id?: string | null;
            solution?: string | null;
            /** @default open */
            status: components["schemas"]["ComplaintStatus"];
            /**
             * @description In the client's words; it may be empty where a score says it all.
             * @default
             */
            text: string;
            /** Format: uuid */
            ticket_id?: string | null;
            /** Format: date-time */
            told_at?: string | null;
            /**
             * Format: uuid
             * @description Who told the client of the solution, and when; needed to close it.
             */
            told_by_id?: string | null;
            /**
             * Format: uuid
             * @description What it came from.
             */
            visit_id?: string | null;
        };
        /** @description What a complaint is about. */
        ComplaintCategory: "other" | "quality" | "punctuality" | "conduct" | "communication" | "billing";
        /** @description How far a complaint has come. */
        ComplaintStatus: ("open" | "acknowledged" | "in_progress" | "closed") | "resolved";
        /** @description What another item must have been answered for an item to be asked. */
        Condition: {
            /** @description Key of an item that stands before it. */
            item: string;
            /** @description One of these. */
            outcomes: components["schemas"]["Outcome2"][];
        };
        /** @description A disagreement about one field, or one group of coupled fields, of one row. */
        Conflict: {
            /**
             * @description Earlier incoming values by other streams; none is lost to a later one.
             * @default []
             */
            readonly also: components["schemas"]["Claim"][];
            readonly current: components["schemas"]["Claim"];
            readonly entity: components["schemas"]["EntityKind"];
            /** @description The field's name, or its group's. */
            readonly field: string;
            readonly incoming: components["schemas"]["Claim"];
            readonly kind: components["schemas"]["ConflictKind"];
            /** Format: date-time */
            readonly opened_at: string;
            /**
             * Format: uuid
             * @description The other asset, of a tag claimed twice.
             */
            readonly other_row_id?: string | null;
            readonly resolution?: components["schemas"]["Resolution"] | null;
            /** Format: uuid */
            readonly row_id: string;
            /** @description Which of them holds meanwhile. */
            readonly stands: components["schemas"]["Side"];
            status: components["schemas"]["ConflictStatus"];
        };
        /** @description What disagrees. */
        ConflictKind: "field" | "status" | "duplicate_tag" | "deleted";
        /**
         * @description Whether a conflict still waits for somebody.
         * @enum {string}
         */
        ConflictStatus: "open" | "resolved";
        /** @description A client's person: meets the technician, signs, gets the mails. */
        Contact: {
            /** Format: uuid */
            client_id: string;
            email?: string | null;
            /** @default en */
            language: components["schemas"]["Language"];
            name: string;
            phone?: string | null;
            /** @description What they are at the client, such as 行政 or office manager. */
            position?: string | null;
        };
        /** @description One field of the sheet that reads differently now. */
        Difference: {
            field: string;
            now: unknown;
            sealed: unknown;
        };
        /**
         * @description The kind of a published row.
         * @enum {string}
         */
        EntityKind: "client" | "site" | "contact" | "user" | "tag_range" | "asset" | "checklist_template" | "ticket" | "worklog_entry" | "visit" | "inspection" | "inspection_answer" | "advice" | "handover_item" | "service_sheet" | "signature" | "sheet_amendment" | "attachment" | "callback" | "complaint" | "conflict" | "receipt" | "settings" | "mail_template";
        /** @description The steps of a first visit 首次上门, each with when it was done. */
        FirstSteps: {
            /** Format: date-time */
            count?: string | null;
            /** Format: date-time */
            findings?: string | null;
            /** Format: date-time */
            handover?: string | null;
            /** Format: date-time */
            inspect?: string | null;
            /** Format: date-time */
            introductions?: string | null;
            /** Format: date-time */
            repairs?: string | null;
        };
        /** @description One thing handed over on a visit. A receipt is written once. */
        HandoverItem: {
            /** @description Name of who gave it. */
            giver: string;
            /** Format: date-time */
            handed_over_at: string;
            kind: components["schemas"]["HandoverKind"];
            notes?: string | null;
            /** @description Name of who received it. */
            receiver: string;
            /** @description What it is, such as `Administrator of the firewall`. */
            subject: string;
            /** Format: uuid */
            visit_id: string;
        };
        /** @description What changed hands. */
        HandoverKind: ("account" | "password" | "document" | "other") | "topology" | "key";
        /** @description The inspection of one device. */
        Inspection: {
            /** Format: uuid */
            asset_id: string;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description Why something could not be inspected, or what else is to be said. */
            remark?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /** @default in_progress */
            status: components["schemas"]["InspectionStatus"];
            /**
             * Format: uuid
             * @description The exact version of the checklist; answers stay pinned to it.
             */
            template_id: string;
            /** Format: uuid */
            visit_id: string;
        };
        /** @description One answer. */
        InspectionAnswer: {
            /** Format: uuid */
            inspection_id: string;
            /** @description Key of the template's item. */
            item: string;
            note?: string | null;
            outcome?: components["schemas"]["Outcome2"] | null;
            /** @default [] */
            photos: string[];
            unit?: string | null;
            /** @description The reading or words, as entered. */
            value?: string | null;
        };
        /**
         * @description How far a device's inspection has come.
         * @enum {string}
         */
        InspectionStatus: "in_progress" | "finished";
        /** @description One question. */
        Item: {
            answer: components["schemas"]["AnswerType"];
            /** @description A device that fails it is not fit for use: the client is told on the spot. */
            critical?: boolean;
            /** @description What to look at and how. */
            guidance?: components["schemas"]["Bilingual"] | null;
            /**
             * Format: double
             * @description A reading above this is flagged, in `unit`.
             */
            high?: number | null;
            /** @description Unique in the template; stays the same from version to version. */
            key: string;
            label: components["schemas"]["Bilingual"];
            /**
             * Format: double
             * @description A reading below this is flagged, in `unit`.
             */
            low?: number | null;
            /** @description It is asked only where this holds; without it, always. */
            only_if?: components["schemas"]["Condition"] | null;
            /** @description A picture of what to look at: JPEG, base64, at most 40 000 characters, so that it is there without a network. */
            picture?: string | null;
            /**
             * @description A device isn't finished before it is answered.
             * @default false
             */
            required: boolean;
            /** @description Unit of a reading, such as `%` or `V`. */
            unit?: string | null;
        };
        /**
         * @description A contact's language or a user's preference; BCP 47 tags on the wire.
         * @enum {string}
         */
        Language: "en" | "zh-CN";
        /** @description How a device did on one item. */
        Outcome2: ("pass" | "fail" | "not_applicable") | "flag";
        /** @description A part that was used. */
        PartUsed: {
            /** @default  */
            name: string;
            /**
             * Format: uint32
             * @default 0
             */
            quantity: number;
        };
        /**
         * @description Who signs.
         * @enum {string}
         */
        Party: "client" | "technician";
        /**
         * @description How urgent a ticket is.
         * @enum {string}
         */
        Priority: "low" | "normal" | "high" | "urgent";
        /** @description How a conflict ended. */
        Resolution: {
            /** Format: date-time */
            at: string;
            /** @description The values that stood before, for undo. */
            before: {
                [key: string]: unknown;
            };
            choice: components["schemas"]["Choice"];
            /** Format: uuid */
            user_id?: string | null;
            /** @description The values that were written. */
            values: {
                [key: string]: unknown;
            };
        };
        /** @description A user's role; what it may do stands in [`crate::permission`]. */
        Role: "manager" | "admin" | "dispatcher" | "support" | "technician";
        /** @description A group of items under one heading. */
        Section: {
            items: components["schemas"]["Item"][];
            title: components["schemas"]["Bilingual"];
        };
        /** @description One version of a visit's sheet. */
        ServiceSheet: {
            /** @description SHA-256 of the signed version this one amends. */
            amends?: string | null;
            /**
             * @description The exact RFC 8785 bytes of the [`crate::sheet_content::SheetContent`] that was shown. While it is
             *     presented or signed these never change.
             */
            canonical?: string | null;
            /** @description SHA-256 (hex) of `sheet-v1` followed by `canonical`. */
            hash?: string | null;
            /** Format: date-time */
            readonly mail_failed_at?: string | null;
            /** Format: date-time */
            readonly mailed_at?: string | null;
            /** @description Where the signed sheet was mailed, and when the mail server took it or it was given up. */
            readonly mailed_to?: string | null;
            /** @description Given by the server, outside the hash, such as `S-2026-0042`. */
            readonly number?: string | null;
            /**
             * Format: uint8
             * @description 1 to 5, given on the spot.
             */
            rating?: number | null;
            /** @description Why the client refused, or who was absent. */
            reason?: string | null;
            /** @description What the client wrote by the remote link, and when they last did. */
            readonly remark?: string | null;
            /** Format: date-time */
            readonly remarked_at?: string | null;
            /** @description The server's Ed25519 signature (base64) over hash and signatures. */
            readonly seal?: string | null;
            /** @description Id of the key it was made with. */
            readonly seal_key?: string | null;
            /** Format: date-time */
            readonly sealed_at?: string | null;
            /** @description SHA-256 (hex) of the payloads of the signatures it covers, in the order of their ids. */
            readonly sealed_payloads?: string[];
            /** @default draft */
            status: components["schemas"]["SheetStatus"];
            /**
             * Format: uint32
             * @description 1, then 2 for the first amendment.
             * @default 1
             */
            version: number;
            /** Format: uuid */
            visit_id: string;
        };
        /**
         * @description How soon advice should be followed.
         * @enum {string}
         */
        Severity: "low" | "medium" | "high";
        /** @description The differences between one sealed sheet and what the records say now. */
        SheetAmendment: {
            readonly differences: components["schemas"]["Difference"][];
            /** Format: date-time */
            readonly proposed_at: string;
            /** @description Hash of the sealed version. */
            readonly sealed_hash: string;
            /** Format: uuid */
            readonly sheet_id: string;
            /** @default proposed */
            status: components["schemas"]["AmendmentStatus"];
        };
        /**
         * @description How far a sheet has come.
         * @enum {string}
         */
        SheetStatus: "draft" | "presented" | "signed" | "refused" | "absent";
        /**
         * @description Which side of a clash holds until a human has decided.
         * @enum {string}
         */
        Side: "current" | "incoming";
        /** @description One signature under one sheet. */
        Signature: {
            /** @description ECDSA P-256 over `payload` by the device's key, base64 (IEEE P1363 form). */
            device_signature?: string | null;
            /** @description What the server found when it checked all of this; absent means good. */
            readonly flaw?: string | null;
            party: components["schemas"]["Party"];
            /** @description The exact bytes of the [`SignaturePayload`]. */
            payload: string;
            /** @description The same as a picture, base64. */
            png: string;
            /** Format: uuid */
            sheet_id: string;
            /** Format: date-time */
            signed_at: string;
            signer_name: string;
            /** @default  */
            signer_role: string;
            /** @description Pen paths in the unit square, y down. */
            strokes: [
                number,
                number
            ][][];
        };
        /** @description A client's site. */
        Site: {
            /** @description How to get in: parking, reception, keys. */
            access_notes?: string | null;
            address: string;
            /** Format: uuid */
            client_id: string;
            name: string;
            /**
             * @description IANA name of the zone its times are shown in.
             * @default Asia/Shanghai
             */
            time_zone: string;
        };
        /** @description Consecutive tags of one prefix, leased to one device. */
        TagRange: {
            /** Format: uuid */
            readonly device_id: string;
            /**
             * Format: uint64
             * @description First number, inclusive.
             */
            readonly first: number;
            /**
             * Format: uint64
             * @description Last number, inclusive.
             */
            readonly last: number;
            /** @description Such as `OS-`. */
            readonly prefix: string;
            /**
             * Format: uint32
             * @description Digits of the number, filled up with zeros; 1 to 12.
             */
            readonly width: number;
        };
        /** @description A ticket. */
        Ticket: {
            /** @default [] */
            asset_ids: string[];
            /** Format: uuid */
            assignee_id?: string | null;
            /** Format: uuid */
            client_id: string;
            /**
             * Format: uuid
             * @description Who reported it.
             */
            contact_id?: string | null;
            description?: string | null;
            diagnosis?: string | null;
            /**
             * Format: date-time
             * @description By when it should be done.
             */
            due_at?: string | null;
            /** @description Given by the server, such as `T-2026-0042`. */
            readonly number?: string | null;
            pending_reason?: string | null;
            /** @default normal */
            priority: components["schemas"]["Priority"];
            /** Format: date-time */
            reported_at?: string | null;
            /** @description Who reported it, in words, where that is nobody we know. */
            reported_by?: string | null;
            /**
             * Format: uuid
             * @description Absent where it concerns no one site.
             */
            site_id?: string | null;
            solution?: string | null;
            /** Format: date-time */
            solved_at?: string | null;
            /** @default new */
            status: components["schemas"]["TicketStatus"];
            title: string;
        };
        /** @description How far a ticket has come. */
        TicketStatus: ("new" | "assigned" | "in_progress" | "solved" | "closed" | "reopened" | "cancelled") | "pending";
        /** @description A member of staff. */
        User: {
            /**
             * @description A user who left keeps their name on what they did and can't log in.
             * @default true
             */
            readonly active: boolean;
            /** @description A technician is not told that of others. */
            readonly email?: string | null;
            /** @default en */
            readonly language: components["schemas"]["Language"];
            readonly name: string;
            readonly phone?: string | null;
            readonly role: components["schemas"]["Role"];
        };
        /** @description A visit. */
        Visit: {
            /** Format: date-time */
            arrived_at?: string | null;
            /** @description Pauses between arriving and finishing. */
            breaks?: components["schemas"]["Break"][];
            /** Format: date-time */
            cleaned_at?: string | null;
            /** Format: uuid */
            client_id: string;
            /** Format: date-time */
            contact_confirmed_at?: string | null;
            /**
             * Format: uuid
             * @description Whom to meet.
             */
            contact_id?: string | null;
            /**
             * Format: date-time
             * @description When the contact in charge was met; on an ad-hoc visit, when whoever reported the fault was found.
             */
            contact_met_at?: string | null;
            /**
             * Format: date-time
             * @description Wrap-up 收尾: when the contact was talked through the work, the workplace was cleaned, and goodbye was said.
             */
            explained_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** @description When each step of a first visit was done. */
            first_steps?: components["schemas"]["FirstSteps"];
            /**
             * Format: uuid
             * @description The visit whose unfinished work this one carries.
             */
            readonly follows_id?: string | null;
            /** Format: date-time */
            forms_ready_at?: string | null;
            /** Format: date-time */
            goodbye_at?: string | null;
            kind: components["schemas"]["VisitKind"];
            /** Format: date-time */
            mail_read_at?: string | null;
            /** Format: date-time */
            planned_end: string;
            /** Format: date-time */
            planned_start: string;
            /** @description Why the technician set out although the preparation was not complete. */
            preparation_override?: string | null;
            /** @description Service content: what is to be done. */
            purpose: string;
            /**
             * Format: date-time
             * @description When they confirmed what the visit is for.
             */
            purpose_confirmed_at?: string | null;
            /** @description Why it was declined, cancelled or could not be completed. */
            reason?: string | null;
            /** Format: uuid */
            site_id: string;
            /** @description What was done, in the words the sheet will show. */
            solution?: string | null;
            /** @default planned */
            status: components["schemas"]["VisitStatus"];
            /**
             * Format: uuid
             * @description Who goes; absent until assigned.
             */
            readonly technician_id?: string | null;
            /** @default [] */
            ticket_ids: string[];
            /** Format: date-time */
            tools_packed_at?: string | null;
            /** Format: date-time */
            travelling_at?: string | null;
            /** @description What is left to do, of a visit that could not be completed. */
            unfinished?: string | null;
            /**
             * @description The technician was under way before the preparation gate was open.
             * @default false
             */
            readonly unprepared: boolean;
        };
        /** @description Why somebody goes there. */
        VisitKind: "first" | "routine" | "ad_hoc";
        /** @description How far a visit has come. */
        VisitStatus: ("planned" | "scheduled" | "accepted" | "travelling" | "on_site" | "finished" | "closed" | "cancelled") | "declined" | "aborted";
        /** @description One entry of a worklog. */
        WorklogEntry: {
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            author_id: string;
            kind: components["schemas"]["WorklogKind"];
            /**
             * Format: uint32
             * @description Minutes worked, of a time entry.
             */
            minutes?: number | null;
            /**
             * @description What was used, of a part entry.
             * @default []
             */
            parts: components["schemas"]["PartUsed"][];
            /** @default  */
            text: string;
            /** Format: uuid */
            ticket_id?: string | null;
            /** Format: uuid */
            visit_id?: string | null;
        };
        /**
         * @description What an entry records.
         * @enum {string}
         */
        WorklogKind: "note" | "time" | "part";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
