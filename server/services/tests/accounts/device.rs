//! Listing and revoking devices, their nonces and their streams.
use crate::world::{Phone, World, at, browser, on_each_database};
use onsite_model::ids::new_id;
use onsite_model::role::Role;
use onsite_services::ServiceError;
use onsite_services::device::{
    NONCES_PER_DEVICE, Narrowing, Revocation, Whose, issue_nonces, list, new_stream, revoke,
};
use onsite_services::session::Caller;
use onsite_store::{StoreError, devices, nonces};
use std::collections::BTreeSet;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

async fn listed(world: &World, caller: &Caller, whose: Whose) -> Result<BTreeSet<Uuid>, ServiceError> {
    let caller = caller.clone();
    let narrowing = Narrowing {
        whose,
        user: None,
        state: None,
        revoked: None,
        text: None,
    };
    let found = world
        .store
        .read(move |db| list(db, &caller, &narrowing, at(0)))
        .await?;
    Ok(found.into_iter().map(|device| device.id).collect())
}

async fn revoked(world: &World, caller: &Caller, id: Uuid, minute: i64) -> Result<Revocation, ServiceError> {
    let caller = caller.clone();
    world.write(move |tx| revoke(tx, &caller, id, at(minute))).await
}

#[tokio::test]
async fn everybody_sees_their_own_devices_and_managers_see_all() {
    on_each_database(async |world| {
        world.user("lin@example.com", Role::Technician).await;
        world.user("chen@example.com", Role::Manager).await;
        let phone = Phone::new();
        let lin = world
            .caller("lin@example.com", &phone.introduction(None), at(0))
            .await;
        let chen = world.caller("chen@example.com", &browser(), at(0)).await;
        assert_eq!(
            listed(world, &lin, Whose::Own).await.unwrap(),
            BTreeSet::from([lin.device_id])
        );
        assert_eq!(
            listed(world, &chen, Whose::Own).await.unwrap(),
            BTreeSet::from([chen.device_id])
        );
        assert_eq!(
            listed(world, &chen, Whose::Everybody).await.unwrap(),
            BTreeSet::from([lin.device_id, chen.device_id])
        );
        for role in [Role::Technician, Role::Support, Role::Dispatcher] {
            let caller = Caller { role, ..lin.clone() };
            let refused = listed(world, &caller, Whose::Everybody).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::Forbidden);
        }
    })
    .await;
}

#[tokio::test]
async fn a_device_is_revoked_by_its_owner_or_a_manager_and_unknown_to_others() {
    on_each_database(async |world| {
        world.user("lin@example.com", Role::Technician).await;
        world.user("wang@example.com", Role::Dispatcher).await;
        world.user("chen@example.com", Role::Manager).await;
        let (first, second) = (Phone::new(), Phone::new());
        let lin = world
            .caller("lin@example.com", &first.introduction(None), at(0))
            .await;
        let lost = world
            .caller("lin@example.com", &second.introduction(None), at(0))
            .await
            .device_id;
        let wang = world.caller("wang@example.com", &browser(), at(0)).await;
        let chen = world.caller("chen@example.com", &browser(), at(0)).await;

        let foreign = revoked(world, &wang, lost, 1).await.unwrap_err();
        let unknown = revoked(world, &wang, new_id(at(0)), 1).await.unwrap_err();
        assert_eq!(foreign.code, ErrorCode::NotFound);
        assert_eq!(foreign, unknown);

        let done = revoked(world, &lin, lost, 2).await.unwrap();
        assert!(done.changed && done.device.id == lost && done.device.revoked_at.is_none());
        let again = revoked(world, &chen, lost, 3).await.unwrap();
        assert!(!again.changed && again.device.revoked_at == Some(at(2)));
        assert!(revoked(world, &chen, lin.device_id, 3).await.unwrap().changed);
    })
    .await;
}

#[tokio::test]
async fn nonces_are_topped_up_to_twenty() {
    on_each_database(async |world| {
        world.user("lin@example.com", Role::Technician).await;
        let device = world
            .caller("lin@example.com", &Phone::new().introduction(None), at(0))
            .await
            .device_id;
        let other = world
            .caller("lin@example.com", &Phone::new().introduction(None), at(0))
            .await
            .device_id;
        let issue = async |device: Uuid| {
            let issued = world
                .write(move |tx| issue_nonces(tx, device, at(1)))
                .await
                .unwrap();
            assert_eq!(issued.len(), NONCES_PER_DEVICE);
            issued.into_iter().collect::<BTreeSet<_>>()
        };
        let first = issue(device).await;
        assert_eq!(first.len(), NONCES_PER_DEVICE);
        assert!(first.iter().all(|nonce| nonce.len() == 22));
        assert_eq!(issue(device).await, first);
        assert!(issue(other).await.is_disjoint(&first));

        let used = first.first().unwrap().clone();
        let spent = used.clone();
        let consumed = world
            .store
            .write::<_, StoreError>(move |tx| nonces::consume(tx, &spent, device, at(2)))
            .await
            .unwrap();
        assert!(consumed);
        let topped_up = issue(device).await;
        assert!(!topped_up.contains(&used));
        assert_eq!(topped_up.intersection(&first).count(), NONCES_PER_DEVICE - 1);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_or_unknown_device_is_given_nothing() {
    on_each_database(async |world| {
        world.user("lin@example.com", Role::Technician).await;
        let device = world
            .caller("lin@example.com", &Phone::new().introduction(None), at(0))
            .await
            .device_id;
        world
            .store
            .write::<_, StoreError>(move |tx| devices::revoke(tx, device, at(1)))
            .await
            .unwrap();
        for (id, code) in [
            (device, ErrorCode::DeviceRevoked),
            (new_id(at(0)), ErrorCode::NotFound),
        ] {
            let nonces = world
                .write(move |tx| issue_nonces(tx, id, at(2)))
                .await
                .unwrap_err();
            let stream = world
                .write(move |tx| new_stream(tx, id, at(2)))
                .await
                .unwrap_err();
            assert_eq!((nonces.code, stream.code), (code, code));
        }
    })
    .await;
}
