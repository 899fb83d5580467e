//! Permissions as types: a handler names one in its signature, and is only called for whoever holds it.
use crate::incoming::Incoming;
use crate::input::proof::Proven;
use crate::problem::Problem;
use crate::sketch::{Proof, Sketch};
use onsite_model::entity::Entity;
use onsite_model::permission::Permission;
use onsite_services::ServiceError;
use onsite_services::author::Author;
use onsite_services::device_proof;
use onsite_services::session::Caller;
use onsite_store::devices::Device;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use sync_protocol::codes::ErrorCode;

/// Something a request must be allowed to before its handler sees it.
pub trait Permit: 'static {
    /// What is known of the sender once it is.
    type Caller: 'static;

    /// The row of the one matrix of permissions.
    const PERMISSION: Permission;

    /// Finds out who sends the request and whether they may.
    ///
    /// # Errors
    /// Nobody knows, or they may not.
    fn admit(incoming: &mut Incoming) -> impl Future<Output = Result<Self::Caller, Problem>>;

    /// How the sender shows who they are, and what they are told otherwise.
    fn describe(sketch: &mut Sketch<'_>);
}

/// A permission that staff hold by their role, shown by an access token.
pub trait StaffPermit: 'static {
    const NEEDED: Permission;
}

/// The sender of a request, who may do what the handler does. Nothing else makes one.
#[derive(Debug)]
pub struct Allowed<P: Permit> {
    caller: P::Caller,
    permit: PhantomData<P>,
}

impl<P: Permit> Allowed<P> {
    pub(crate) async fn admit(incoming: &mut Incoming) -> Result<Allowed<P>, Problem> {
        Ok(Allowed {
            caller: P::admit(incoming).await?,
            permit: PhantomData,
        })
    }
}

impl<P: Permit> Deref for Allowed<P> {
    type Target = P::Caller;

    fn deref(&self) -> &P::Caller {
        &self.caller
    }
}

impl<P: Permit<Caller = Caller>> Allowed<P> {
    /// The sender as the author of what they write.
    pub fn author(&self) -> Author {
        crate::app::author(&self.caller)
    }
}

/// Anybody, without logging in.
#[derive(Debug)]
pub struct Public;

impl Permit for Public {
    type Caller = ();
    const PERMISSION: Permission = Permission::Public;

    async fn admit(_incoming: &mut Incoming) -> Result<(), Problem> {
        Ok(())
    }

    fn describe(_sketch: &mut Sketch<'_>) {}
}

impl<S: StaffPermit> Permit for S {
    type Caller = Caller;
    const PERMISSION: Permission = S::NEEDED;

    async fn admit(incoming: &mut Incoming) -> Result<Caller, Problem> {
        let token = bearer(incoming)?.ok_or_else(|| {
            Problem::new(
                ErrorCode::Unauthenticated,
                "send your access token in the header Authorization",
            )
        })?;
        let caller = incoming.app().standing(token).await?.caller.clone();
        match caller.role.may(S::NEEDED) {
            true => Ok(caller),
            false => Err(ServiceError::forbidden().into()),
        }
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.proven_by(Proof::Bearer);
        sketch.fails_with(&[
            ErrorCode::Unauthenticated,
            ErrorCode::TokenExpired,
            ErrorCode::DeviceRevoked,
            ErrorCode::Forbidden,
        ]);
    }
}

/// A device, known by its key even when its session has run out; a revoked one is let in too, so that the work it
/// still has can be kept.
#[derive(Debug)]
pub struct ProvenDevice;

impl Permit for ProvenDevice {
    type Caller = Device;
    const PERMISSION: Permission = Permission::LoggedIn;

    async fn admit(incoming: &mut Incoming) -> Result<Device, Problem> {
        prove(incoming).await
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.proven_by(Proof::Device);
        sketch.fails_with(&[ErrorCode::BadProof, ErrorCode::ServerTooOld]);
    }
}

/// A device in good standing, known by its user's access token, or by its key while it is logged in: the proof
/// spares it a refresh, no more.
#[derive(Debug)]
pub struct ReadingDevice;

impl Permit for ReadingDevice {
    type Caller = Device;
    const PERMISSION: Permission = Permission::LoggedIn;

    async fn admit(incoming: &mut Incoming) -> Result<Device, Problem> {
        match bearer(incoming)? {
            Some(token) => Ok(incoming.app().standing(token).await?.device.clone()),
            None => {
                let proven = Proven::read(incoming).await?;
                Ok(Device::clone(&*incoming.app().reading_device(proven).await?))
            }
        }
    }

    fn describe(sketch: &mut Sketch<'_>) {
        sketch.proven_by(Proof::Bearer);
        sketch.proven_by(Proof::Device);
        sketch.fails_with(&[
            ErrorCode::Unauthenticated,
            ErrorCode::TokenExpired,
            ErrorCode::BadProof,
            ErrorCode::DeviceRevoked,
            ErrorCode::ClientTooOld,
            ErrorCode::ServerTooOld,
        ]);
    }
}

/// The access token of a request, if it has one.
fn bearer(incoming: &Incoming) -> Result<Option<String>, Problem> {
    if !incoming.request().headers().contains_key("Authorization") {
        return Ok(None);
    }
    let given = incoming
        .header("Authorization")
        .and_then(|value| value.split_once(' '));
    match given {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim().to_owned())),
        _ => Err(Problem::new(
            ErrorCode::Unauthenticated,
            "Authorization takes: Bearer, a space, the access token",
        )),
    }
}

async fn prove(incoming: &mut Incoming) -> Result<Device, Problem> {
    let proven = Proven::read(incoming).await?;
    let found = incoming.app().read(move |db| {
        let (device, _) = device_proof::prove(db, &proven.request())?;
        Ok(device)
    });
    found.await
}

/// Read rows of a kind.
#[derive(Debug)]
pub struct Read<E>(PhantomData<E>);

impl<E: Entity> StaffPermit for Read<E> {
    const NEEDED: Permission = Permission::Read(E::KIND);
}

/// Create and change rows of a kind.
#[derive(Debug)]
pub struct Write<E>(PhantomData<E>);

impl<E: Entity> StaffPermit for Write<E> {
    const NEEDED: Permission = Permission::Write(E::KIND);
}

/// Delete rows of a kind.
#[derive(Debug)]
pub struct Delete<E>(PhantomData<E>);

impl<E: Entity> StaffPermit for Delete<E> {
    const NEEDED: Permission = Permission::Delete(E::KIND);
}

macro_rules! staff_permits {
    ($($(#[$doc:meta])+ $name:ident;)+) => {
        $($(#[$doc])+
        #[derive(Debug)]
        pub struct $name;

        impl StaffPermit for $name {
            const NEEDED: Permission = Permission::$name;
        })+
    };
}

staff_permits! {
    /// Whoever is logged in.
    LoggedIn;
    /// Plan, assign, move and cancel visits.
    Dispatch;
    /// Decide conflicts.
    ResolveConflicts;
    /// See and decide what is in quarantine.
    ReadQuarantine;
    /// Add, change and deactivate members of staff.
    ManageUsers;
    /// See and revoke everybody's devices.
    ManageDevices;
    /// Bring in data from files.
    Import;
    /// Print labels.
    PrintLabels;
    /// Take data out.
    Export;
    /// See the mails that were sent, and send them again.
    ReadOutbox;
    /// See who did what.
    ReadAudit;
    /// See how the server is doing.
    ReadHealth;
    /// Follow every change there is.
    FollowChanges;
}
