//! Where the page of a record is, in the program of whoever reads about it: technicians have the app, and the console
//! turns them away.
use onsite_model::role::Role;
use uuid::Uuid;

/// A record with a page of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Page {
    Visit(Uuid),
    Ticket(Uuid),
    Callback(Uuid),
    Complaint(Uuid),
}

impl Page {
    /// Its path below the public address, for a reader of this role.
    pub(crate) fn path(self, reader: Option<Role>) -> String {
        match (self, reader) {
            (Page::Visit(id), Some(Role::Technician)) => format!("/#/visits/{id}"),
            (Page::Ticket(id), Some(Role::Technician)) => format!("/#/tickets/{id}"),
            (Page::Visit(id), _) => format!("/console#/visits/{id}"),
            (Page::Ticket(id), _) => format!("/console#/tickets/{id}"),
            // These are the office's alone.
            (Page::Callback(id), _) => format!("/console#/callbacks?id={id}"),
            (Page::Complaint(id), _) => format!("/console#/complaints?id={id}"),
        }
    }
}

#[cfg(test)]
#[path = "pages_test.rs"]
mod tests;
