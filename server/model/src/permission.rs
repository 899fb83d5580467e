//! The one matrix of who may do what.
use crate::entity::EntityKind;
use crate::role::Role;

/// Something that can be allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Anybody, without logging in.
    Public,
    /// Whoever is logged in.
    LoggedIn,
    Read(EntityKind),
    Write(EntityKind),
    Delete(EntityKind),
    /// Plan, assign, move and cancel visits.
    Dispatch,
    ResolveConflicts,
    ReadQuarantine,
    ManageUsers,
    /// See and revoke everybody's devices; one's own are always allowed.
    ManageDevices,
    Import,
    Export,
    ReadOutbox,
    ReadAudit,
    ReadHealth,
    /// Follow every change there is.
    FollowChanges,
}

impl Role {
    /// Whether this role may. What a technician may read or write is further limited to the buckets granted.
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        use Role::{Admin, Dispatcher, Manager, Technician};
        match permission {
            P::Public | P::LoggedIn => true,
            P::Read(_) => true,
            P::Write(kind) => self.may_write(kind),
            // Evidence, decisions and people are never deleted; amendments, resolutions and access change instead.
            P::Delete(
                EntityKind::ServiceSheet
                | EntityKind::Signature
                | EntityKind::SheetAmendment
                | EntityKind::Conflict
                | EntityKind::TagRange
                | EntityKind::User
                | EntityKind::Receipt
                | EntityKind::Callback
                | EntityKind::Complaint
                | EntityKind::HandoverItem,
            ) => false,
            P::Delete(kind) => {
                matches!(self, Admin | Manager)
                    || (self == Dispatcher
                        && matches!(
                            kind,
                            EntityKind::Asset | EntityKind::Contact | EntityKind::Attachment
                        ))
                    || (self == Technician && matches!(kind, EntityKind::Asset | EntityKind::Attachment))
            }
            P::Dispatch | P::ResolveConflicts | P::ReadQuarantine | P::ReadOutbox => {
                matches!(self, Admin | Manager | Dispatcher)
            }
            P::FollowChanges => self.sees_everything(),
            P::Import | P::Export => matches!(self, Admin | Manager | Dispatcher),
            P::ManageUsers | P::ManageDevices | P::ReadAudit | P::ReadHealth => {
                matches!(self, Admin | Manager)
            }
        }
    }

    /// Whether this role may create and change rows of a kind, by REST or from a phone.
    fn may_write(self, kind: EntityKind) -> bool {
        use EntityKind as K;
        use Role::{Admin, Dispatcher, Manager, Support, Technician};
        match kind {
            // Written by the server's own rules and dedicated operations alone.
            K::User | K::TagRange | K::Conflict | K::SheetAmendment | K::Receipt => false,
            K::ChecklistTemplate => matches!(self, Admin | Manager),
            K::Client | K::Site => matches!(self, Admin | Manager | Dispatcher),
            K::Contact | K::Ticket | K::WorklogEntry | K::Attachment => true,
            K::Callback | K::Complaint => matches!(self, Admin | Manager | Dispatcher | Support),
            K::Asset | K::Visit => matches!(self, Admin | Manager | Dispatcher | Technician),
            K::Inspection
            | K::InspectionAnswer
            | K::Advice
            | K::HandoverItem
            | K::ServiceSheet
            | K::Signature => {
                matches!(self, Admin | Manager | Dispatcher | Technician)
            }
        }
    }
}
