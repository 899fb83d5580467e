//! The mail outbox: one mail per intent, taken by one worker at a time, given up or sent.
use crate::samples::{at, id};
use onsite_store::StoreError;
use onsite_store::notifications::{self, Filter, Notification, State};
use std::collections::BTreeMap;

fn mail(n: u128, next_at: i64) -> Notification {
    Notification {
        id: id(n),
        message_id: format!("<{n}@example.com>"),
        kind: "survey".to_owned(),
        recipient: "contact@example.com".to_owned(),
        language: "zh-CN".to_owned(),
        mail: r#"{"主题":"回访"}"#.to_owned(),
        visit_id: None,
        sheet_id: None,
        state: State::Due,
        attempts: 0,
        next_at: at(next_at),
        created_at: at(0),
        sent_at: None,
        error: None,
    }
}

on_both! {
    fn a_mail_of_the_same_intent_is_kept_once(database) {
        let store = database.open();
        store
            .write(|tx| {
                notifications::add(tx, &mail(1, 0))?;
                notifications::add(tx, &Notification { id: id(2), ..mail(1, 5) })
            })
            .await
            .unwrap();
        let all = store.read(|db| notifications::list(db, &Filter::default(), None, 10)).await.unwrap();
        assert_eq!(all, [mail(1, 0)]);
    }

    fn workers_that_race_each_take_other_mails(database) {
        let stores = [database.open(), database.open()];
        stores[0]
            .write(|tx| {
                (1..=30).try_for_each(|n| notifications::add(tx, &mail(n, 0)))?;
                notifications::add(tx, &mail(99, 1000))
            })
            .await
            .unwrap();
        let workers: Vec<_> = (0..8)
            .map(|n| {
                let store = stores[n % 2].clone();
                tokio::spawn(async move {
                    store.write(|tx| notifications::claim(tx, at(10), at(70), 5)).await.unwrap()
                })
            })
            .collect();
        let mut taken: BTreeMap<_, u32> = BTreeMap::new();
        for worker in workers {
            for one in worker.await.unwrap() {
                *taken.entry(one.id).or_default() += 1;
            }
        }
        assert_eq!(taken, (1..=30).map(|n| (id(n), 1)).collect(), "each once, and none before it is due");
        // A worker that died only delays its mails.
        let again = stores[0].write(|tx| notifications::claim(tx, at(70), at(130), 50)).await.unwrap();
        assert_eq!(again.len(), 30);
    }

    fn what_was_sent_or_given_up_is_not_taken_again(database) {
        let store = database.open();
        store
            .write(|tx| (1..=3).try_for_each(|n| notifications::add(tx, &mail(n, 0))))
            .await
            .unwrap();
        let sent = Notification { state: State::Sent, attempts: 1, sent_at: Some(at(4)), ..mail(1, 0) };
        let dead = Notification {
            state: State::Dead,
            attempts: 9,
            error: Some("550 unknown".to_owned()),
            ..mail(2, 0)
        };
        let (one, two) = (sent.clone(), dead.clone());
        store
            .write(move |tx| notifications::record(tx, &one).and_then(|()| notifications::record(tx, &two)))
            .await
            .unwrap();
        let claimed = store.write(|tx| notifications::claim(tx, at(10), at(70), 50)).await.unwrap();
        assert_eq!(claimed, [mail(3, 0)]);
        assert_eq!(store.read(|db| notifications::get(db, id(1))).await.unwrap(), Some(sent));
        let given_up = Filter { state: Some(State::Dead), ..Filter::default() };
        assert_eq!(
            store.read(move |db| notifications::list(db, &given_up, None, 10)).await.unwrap(),
            [dead]
        );
        let backwards = Filter { newest_first: true, ..Filter::default() };
        let listed = store.read(move |db| notifications::list(db, &backwards, Some(id(3)), 10)).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [id(2), id(1)]);
        assert_eq!(store.read(|db| notifications::get(db, id(8))).await, Ok::<_, StoreError>(None));
    }
}
