//! What a process knows after announcements that come late, twice, out of order or not at all.
use super::*;

fn known(version: u64) -> Known {
    Known {
        clock: Clock { epoch: 1, version },
        ..Known::default()
    }
}

fn site(n: u128) -> Topic {
    Topic::Bucket(Bucket::Site(Uuid::from_u128(n)))
}

fn commit(before: u64, after: u64, topics: &[Topic]) -> Commit {
    Commit {
        epoch: 1,
        before,
        after,
        topics: Some(topics.to_vec()),
    }
}

#[test]
fn announcements_survive_the_wire() {
    let user = Uuid::from_u128(7);
    let topics = [
        Topic::Bucket(Bucket::Catalogue),
        site(1),
        Topic::Grants(user),
        Topic::Access(user),
    ];
    for one in [commit(1, 5, &topics), commit(5, 6, &[])] {
        assert_eq!(one.text().parse::<Commit>().unwrap(), one);
    }
    let many: Vec<Topic> = (0..1000).map(site).collect();
    let read: Commit = commit(1, 5, &many).text().parse().unwrap();
    assert_eq!(read.topics, None);
    for bad in ["", "1", "1 2", "1 2 x", "1 2 3 somewhere:else", "-1 2 3"] {
        assert!(bad.parse::<Commit>().is_err(), "{bad}");
    }
}

#[test]
fn a_gap_is_noticed_and_knowledge_does_not_jump_over_it() {
    let mut known = known(10);
    assert!(known.hear(&commit(10, 12, &[site(1)])));
    assert!(!known.hear(&commit(13, 14, &[site(2)])), "13 is missing");
    assert_eq!(known.clock().version, 12);
    assert_eq!(known.head(site(2)), 14, "what is known is told all the same");
    assert!(known.hear(&commit(12, 13, &[site(3)])));
    assert!(known.hear(&commit(13, 14, &[site(2)])), "heard twice");
    assert_eq!(known.clock().version, 14);
    assert!(
        known.hear(&commit(10, 12, &[site(1)])),
        "an old one changes nothing"
    );
    assert_eq!((known.clock().version, known.head(site(1))), (14, 12));
}

#[test]
fn what_was_too_much_to_name_is_a_gap() {
    let mut known = known(10);
    let many = Commit {
        topics: None,
        ..commit(10, 12, &[])
    };
    assert!(!known.hear(&many));
    assert_eq!(known.clock().version, 10);
}

#[test]
fn access_is_doubted_after_a_gap() {
    let mut known = known(10);
    let access = Topic::Access(Uuid::from_u128(7));
    assert_eq!(known.head(access), 0);
    let clock = Clock {
        epoch: 1,
        version: 15,
    };
    assert!(known.learn(News {
        clock,
        heads: vec![(site(1), 15)]
    }));
    assert_eq!((known.head(access), known.head(site(1))), (15, 15));
    assert!(
        !known.learn(News {
            clock,
            heads: Vec::new()
        }),
        "nothing new"
    );
}

#[test]
fn a_commit_that_only_ends_a_session_has_a_version_too() {
    let before = Clock {
        epoch: 1,
        version: 10,
    };
    let mut clock = before;
    let mut touched = Touched::default();
    touched.add(Topic::Access(Uuid::from_u128(7)));
    let commit = Commit::of(before, &mut clock, touched);
    assert_eq!((commit.before, commit.after, clock.version), (10, 11, 11));
    let mut untouched = before;
    Commit::of(before, &mut untouched, Touched::default());
    assert_eq!(untouched, before);
}

#[test]
fn a_listener_hears_of_its_topics_alone_and_leaves_nothing_behind() {
    let heads = Arc::new(Heads::new(None));
    heads.learn(News {
        clock: Clock {
            epoch: 1,
            version: 10,
        },
        heads: Vec::new(),
    });
    let here = heads.subscribe(Arc::new([site(1), site(2)]));
    let rung = |one: &Subscription| {
        let mut changed = std::pin::pin!(one.changed());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        changed.as_mut().poll(&mut context).is_ready()
    };
    heads.hear(&commit(10, 11, &[site(3)]));
    assert!(!rung(&here));
    heads.hear(&commit(11, 12, &[site(1)]));
    heads.hear(&commit(12, 13, &[site(2)]));
    assert!(rung(&here));
    assert!(!rung(&here), "two commits, one change");
    drop(here);
    assert_eq!(heads.listeners(site(1)) + heads.listeners(site(2)), 0);
}
