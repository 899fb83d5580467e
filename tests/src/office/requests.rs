//! What phones ask of the office: push, pull and repair, alone, together in one commit, or with a server that dies over it.
use super::{Office, killed};
use chrono::{DateTime, Utc};
use onsite_model::user::User;
use onsite_services::house::House;
use onsite_services::pull::Pulled;
use onsite_services::push::{self, Pushed};
use onsite_services::{ServiceError, epoch, load, pull, repair, wipe};
use onsite_store::{Db, Pace, StoreError, Tx, devices, feed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::Poll;
use sync_protocol::checksum::{RepairRequest, RepairResponse};
use sync_protocol::pull::{PullRequest, PullResponse};
use sync_protocol::push::{PushRequest, PushResponse};
use sync_protocol::version::Version;
use uuid::Uuid;

impl Office {
    /// Answers a push of a technician's device.
    ///
    /// # Errors
    /// The push as a whole was refused.
    pub fn push(
        &self,
        device: Uuid,
        request: PushRequest,
        now: DateTime<Utc>,
    ) -> Result<PushResponse, ServiceError> {
        let request = Pushed::read(&request)?;
        let house = self.house.clone();
        self.write_together(move |tx, pace| take(tx, device, &request, &house, now, pace))
    }

    /// Takes a push, and is killed before it could commit.
    pub fn push_and_die(&mut self, device: Uuid, request: &PushRequest, now: DateTime<Utc>) {
        let house = self.house.clone();
        if let Ok(request) = Pushed::read(request) {
            let done: Result<(), ServiceError> = self.write_together(move |tx, pace| {
                take(tx, device, &request, &house, now, pace)?;
                Err(killed().into())
            });
            assert!(done.is_err(), "nobody is told of what was not committed");
        }
        self.restart();
    }

    /// Takes several pushes in one commit, in their order.
    ///
    /// # Errors
    /// Each push's own refusal.
    pub fn push_together(
        &self,
        pushes: Vec<(Uuid, PushRequest)>,
        now: DateTime<Utc>,
    ) -> Vec<Result<PushResponse, ServiceError>> {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let store = self.store();
        // While the first write of a group waits, the others queue up behind it.
        let first = store.write::<(), StoreError>(move |_| {
            let _ = wait.recv();
            Ok(())
        });
        let house = &self.house;
        self.runtime.block_on(async {
            let mut answers: Vec<Answer> = Vec::new();
            let mut first = Box::pin(first);
            assert!(poll_once(first.as_mut()).await.is_none(), "it waits");
            for (device, request) in pushes {
                let house = house.clone();
                let answer = async move {
                    let request = Pushed::read(&request)?;
                    store
                        .write_together(move |tx, pace| take(tx, device, &request, &house, now, pace))
                        .await
                };
                let mut answer: Answer<'_> = Box::pin(answer);
                assert!(poll_once(answer.as_mut()).await.is_none(), "it is queued");
                answers.push(answer);
            }
            go.send(()).expect("the first write waits");
            first.await.expect("the group commits");
            let mut done = Vec::with_capacity(answers.len());
            for answer in answers {
                done.push(answer.await);
            }
            done
        })
    }

    /// Answers a pull of a phone that has seen a version, and `also` reads on in the same snapshot. Where it could have
    /// been answered without the database, the answers must be the same.
    ///
    /// # Errors
    /// The pull was refused.
    pub fn pull<T: Send + 'static>(
        &self,
        device: Uuid,
        request: PullRequest,
        seen: Version,
        now: DateTime<Utc>,
        also: impl Fn(&mut Db, &PullResponse) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<(PullResponse, T), ServiceError> {
        loop {
            let (house, store, polls) = (self.house.clone(), self.store().clone(), self.idle_polls.clone());
            let (request, also) = (request.clone(), also.clone());
            let alone = self.nodes.len() == 1;
            let pulled = self.runtime.block_on(self.store().read(move |db| {
                let device = devices::get(db, device)?.ok_or_else(|| ServiceError::not_found("device"))?;
                let user: Option<User> = load::find(db, device.user_id)?;
                wipe::in_good_standing(&house.secrets, &device, user.as_ref(), now)?;
                let key = house.secrets.pull_cursors();
                let page = match pull::pull(db, &device, &request, key)? {
                    Pulled::Page(page) => *page,
                    Pulled::Overtaken(shown) => return Ok(Err(shown)),
                };
                let known = match alone {
                    true => Some(store.heads().known()),
                    false => store.heads().current(Some(seen)),
                };
                if let Some(idle) = known.and_then(|known| pull::idle(&known, &device, &request, key)) {
                    // Another server's new epoch is heard of as late as its commits.
                    let is_earlier_life = idle.epoch < page.epoch;
                    let behind = !alone && (is_earlier_life || idle.head < page.head);
                    // Below the floor everything is read anew, though nothing that it holds has changed.
                    let anew = page.filling.is_some() && page.head == idle.head && feed::floor(db)? > 0;
                    // Behind another server's commits, what is new is newer than what is known.
                    let given = match &page.filling {
                        Some(bucket) => pull::held(db, &device)?.get(bucket).copied(),
                        None => None,
                    };
                    let is_new = match given {
                        Some(since) => since > idle.head,
                        None => page.changes.iter().all(|change| change.version() > idle.head),
                    };
                    let late = behind && (is_earlier_life || is_new || !page.dropped.is_empty());
                    assert!(
                        idle == page || late || anew,
                        "an idle poll is answered as the database would answer it: {idle:?} {page:?}"
                    );
                    polls.fetch_add(1, Ordering::Relaxed);
                }
                let page = as_read(&page);
                let more = also(db, &page)?;
                Ok::<_, ServiceError>(Ok((page, more)))
            }))?;
            match pulled {
                Ok(answer) => return Ok(answer),
                Err(shown) => {
                    self.write(move |tx| epoch::begin_overtaken(tx, shown, now))?;
                }
            }
        }
    }

    /// Answers a repair.
    ///
    /// # Errors
    /// It was refused.
    pub fn repair(&self, device: Uuid, request: RepairRequest) -> Result<RepairResponse, ServiceError> {
        self.runtime.block_on(self.store().read(move |db| {
            let device = devices::get(db, device)?.ok_or_else(|| ServiceError::not_found("device"))?;
            Ok::<_, ServiceError>(as_read(&repair::repair(db, &device, &request)?))
        }))
    }
}

/// An answer as a phone reads it.
fn as_read<T: DeserializeOwned>(answer: &impl Serialize) -> T {
    let read = serde_json::to_vec(answer).and_then(|text| serde_json::from_slice(&text));
    read.expect("what a server answers can be read")
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<PushResponse, ServiceError>> + 'a>>;

/// What a future says when it is asked once.
async fn poll_once<T>(mut future: Pin<&mut (dyn Future<Output = T> + '_)>) -> Option<T> {
    std::future::poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        })
    })
    .await
}

fn take(
    tx: &mut Tx<'_>,
    device: Uuid,
    request: &Pushed,
    house: &House,
    now: DateTime<Utc>,
    pace: Pace,
) -> Result<PushResponse, ServiceError> {
    let device = devices::get(tx.db(), device)?.ok_or_else(|| ServiceError::not_found("device"))?;
    let user = load::get(tx.db(), device.user_id)?;
    push::push(tx, &device, &user, request, house, now, pace)
}
