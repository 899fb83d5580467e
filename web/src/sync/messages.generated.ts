/** The messages of sync, @generated from the server's description by scripts/types.mjs. */
export interface components {
    schemas: {
        /** @description What a bucket holds, as far as two numbers can say. */
        BucketSum: {
            /**
             * Format: uint64
             * @description Live rows.
             */
            rows: number;
            /**
             * Format: uint64
             * @description Sum of [`row_sum`] over them; below 2⁵³, and so exact in JavaScript, up to two million rows.
             */
            sum: number;
        };
        /** @description What happened to one row of a bucket. */
        Change: components["schemas"]["Row"] | {
            bucket: string;
            /** @constant */
            change: "deleted";
            /** Format: uuid */
            row: string;
            /** Format: uint64 */
            version: number;
        } | {
            bucket: string;
            /** @constant */
            change: "removed";
            /** Format: uuid */
            row: string;
            /** Format: uint64 */
            version: number;
        };
        /** @description The `code` of a problem (RFC 9457), never renamed once given out. */
        ErrorCode: "malformed" | "unknown_field" | "bad_cursor" | "unauthenticated" | "token_expired" | "bad_credentials" | "token_reused" | "bad_proof" | "client_too_old" | "forbidden" | "device_revoked" | "not_found" | "method_not_allowed" | "version_conflict" | "illegal_transition" | "taken" | "not_ready" | "offset_mismatch" | "upload_expired" | "link_used" | "link_expired" | "tus_version" | "quota_exceeded" | "too_large" | "unsupported_media" | "invalid" | "idempotency_mismatch" | "taken_over" | "precondition_required" | "throttled" | "checksum_mismatch" | "internal" | "server_too_old" | "unavailable";
        /**
         * @description Operations that stand together or not at all. They follow each other in their stream without others between,
         *     and travel in one push.
         */
        Group: {
            /** Format: uuid */
            id: string;
            /**
             * Format: uint32
             * @description How many operations there are, 1 to [`MAX_GROUP_OPERATIONS`].
             */
            size: number;
        };
        /** @description A stamp; 16 hexadecimal digits on the wire, so that text order is stamp order. */
        Hlc: string;
        /**
         * @description An operation in its place in a stream. The body stays undecoded here: one that can't be read is kept raw and
         *     does not touch the others.
         */
        Numbered: {
            /**
             * Format: uint64
             * @description 1 for the first operation of a stream, then without gaps.
             */
            n: number;
            op: components["schemas"]["Operation"];
        };
        /** @description One change to one row. Its place in the stream (`n`) stays outside, so that a renumbered twin hashes alike. */
        Operation: {
            /**
             * @description The version of the row its author had seen; the oldest among the author's unsent operations on these
             *     fields. `0.0` for a create.
             * @default 0.0
             */
            base?: components["schemas"]["Version"];
            /**
             * @description What must be there first, though it travels by another stream: ids of operations or of rows. Until all of
             *     them are, for at most [`MAX_WAIT_DAYS`], the operation is [`crate::receipt::Outcome::Deferred`].
             */
            deps?: string[];
            /** @description Name of the entity, such as `ticket`. */
            entity: string;
            /** @description The atomic group it belongs to. */
            group?: components["schemas"]["Group"] | null;
            /** @default 0000000000000000 */
            hlc?: components["schemas"]["Hlc"];
            /**
             * Format: uuid
             * @description UUIDv7, made once by the author; the same operation keeps it in every stream.
             */
            id: string;
            kind: components["schemas"]["OperationKind"];
            /**
             * Format: date-time
             * @description When it really happened, by the device's clock.
             */
            occurred_at: string;
            /**
             * Format: uuid
             * @description The row it is about; for a create, chosen by the author.
             */
            row: string;
            /**
             * @description Only the fields that change. A set-valued field takes `{"add": […], "remove": […]}`, a quantity
             *     `{"by": 3}`.
             * @default {}
             */
            set?: {
                [key: string]: unknown;
            };
        };
        /**
         * @description What an operation does to its row.
         * @enum {string}
         */
        OperationKind: "create" | "update" | "delete";
        /** @description How an operation ended. */
        Outcome: "applied" | "merged" | "conflict" | "quarantined" | "duplicate" | "deferred";
        /** @description Asks for the next page. */
        PullRequest: {
            /**
             * @description As the last page gave it, unread; absent at first.
             * @default null
             */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description 1 to [`MAX_ROWS`].
             */
            limit: number;
            /** Format: uint32 */
            protocol: number;
            /** Format: uint32 */
            schema: number;
        };
        /** @description One page. */
        PullResponse: {
            /**
             * @description The bucket being filled has been sent whole.
             * @default false
             */
            bucket_complete?: boolean;
            changes: components["schemas"]["Change"][];
            /**
             * @description Everything up to `head` has been sent: apply what was staged.
             * @default false
             */
            checkpoint?: boolean;
            /** @description Signed; opaque to the device. */
            cursor: string;
            /** @description Buckets no longer held: their rows leave the device, those with unsent edits being parked. */
            dropped?: string[];
            /**
             * @description As in [`crate::push::PushResponse`]; but absent too where the answer is made without looking, so that absence
             *     says nothing here.
             */
            durable_through?: components["schemas"]["Version"] | null;
            /** Format: uint32 */
            epoch: number;
            /** @description The bucket this page fills; absent when it carries changes. */
            filling?: string | null;
            /**
             * Format: uint64
             * @description Number of the newest version this page's reader could see.
             */
            head: number;
            /** @description At a checkpoint that something was read for: what each held bucket holds in this snapshot. */
            sums?: {
                [key: string]: components["schemas"]["BucketSum"];
            };
            /**
             * Format: uint64
             * @description Rows of all held buckets together; lets a first sync show how far it is.
             */
            total?: number | null;
        };
        /** @description A batch of one stream, in order. */
        PushRequest: {
            /**
             * @description Each a [`crate::operation::Numbered`]. One that can't be read counts as the number after its
             *     predecessor's.
             */
            operations: components["schemas"]["Numbered"][];
            /** Format: uint32 */
            protocol: number;
            /** Format: uint32 */
            schema: number;
            /**
             * Format: date-time
             * @description The device's clock when it sent this, from which its skew is measured.
             */
            sent_at: string;
            /** Format: uuid */
            stream: string;
        };
        /** @description Receipts for the batch, as far as it could be taken. */
        PushResponse: {
            /**
             * @description Everything up to here is in a backup: a device may forget operations whose receipts name an earlier version.
             *     One that names this very version may have come later, since quarantine takes no version. Absent where no backups
             *     are made.
             */
            durable_through?: components["schemas"]["Version"] | null;
            /** Format: uint32 */
            epoch: number;
            /**
             * Format: uint64
             * @description The number the server expects next in this stream; a batch that starts after it is answered by no
             *     receipts and is to be sent again from here.
             */
            expected: number;
            /**
             * Format: uint64
             * @description Set when a number came again with another content: this device was cloned or rolled back. It asks for a
             *     new stream and sends everything unreceipted there, renumbered.
             */
            fork?: number | null;
            receipts: components["schemas"]["Receipt"][];
            /** Format: date-time */
            server_time: string;
            /** @description The device has been revoked: what it sent is in quarantine, what it has read is to be forgotten. */
            wipe?: components["schemas"]["WipeOrder"] | null;
        };
        /** @description Why an operation is in quarantine. */
        QuarantineReason: "undecodable" | "too_large" | "unknown_entity" | "invalid" | "unknown_row" | "out_of_scope" | "not_permitted" | "device_revoked" | "dependency" | "group" | "gone" | "login_due";
        /** @description The end of an operation. A retry returns the one it got the first time. */
        Receipt: {
            /** @description The conflicts it opened or extended. */
            readonly conflicts?: string[];
            /** @description The same in words, for the person who typed it. */
            readonly detail?: string | null;
            /** Format: uint64 */
            readonly n: number;
            /**
             * Format: uuid
             * @description The operation's own id; absent where it could not be read.
             */
            readonly operation?: string | null;
            readonly outcome: components["schemas"]["Outcome"];
            /** @description Why it is in quarantine. */
            readonly reason?: components["schemas"]["QuarantineReason"] | null;
            /**
             * Format: uint64
             * @description Number of the version in which its effect stands; the author overlays it until a pull has reached this.
             */
            readonly version: number;
        };
        /** @description What a device has of a bucket whose sum differs. */
        RepairRequest: {
            bucket: string;
            /** Format: uint32 */
            protocol: number;
            /** @description Id and number of the version of each of its rows, at most [`MAX_REPAIR_ROWS`]. */
            rows: [
                string,
                number
            ][];
            /** Format: uint32 */
            schema: number;
        };
        /** @description What makes the device's copy of the bucket right. */
        RepairResponse: {
            changes: components["schemas"]["Change"][];
            /** Format: uint32 */
            epoch: number;
            /**
             * Format: uint64
             * @description Number of the version the answer was read at.
             */
            head: number;
        };
        /** @description A published row. */
        Row: {
            body: {
                [key: string]: unknown;
            };
            bucket: string;
            entity: string;
            /** Format: uuid */
            id: string;
            /**
             * Format: uint64
             * @description Number of the version in which it last changed.
             */
            version: number;
        };
        /**
         * @description A point in the history of a database: the `number`-th write, counted in the life (`epoch`) between two
         *     restores from backup. Numbers only grow within an epoch; a new epoch goes on from the restored number.
         *     On the wire it is the string `epoch.number`.
         */
        Version: string;
        /** @description The order, signed. */
        WipeOrder: {
            /** Format: uuid */
            device: string;
            /** @description Id of the server's key. */
            key: string;
            /**
             * Format: date-time
             * @description When the device was revoked, by the server's clock.
             */
            revoked_at: string;
            /** @description Over [`WipeOrder::message`], base64. */
            signature: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
