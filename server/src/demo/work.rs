//! The demo's tickets and visits: last week done, this week under way, next week planned.
use super::assets::Device;
use super::clients::Place;
use super::{STAFF, Seeder, history, id};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use onsite_model::callback::{Callback, CallbackStatus};
use onsite_model::ids::natural_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::ticket::{Priority, Ticket, TicketStatus};
use onsite_model::visit::{FirstSteps, Visit, VisitKind, VisitStatus};
use onsite_services::ServiceError;
use uuid::Uuid;

/// English, Chinese, priority.
const TROUBLES: [(&str, &str, Priority); 8] = [
    (
        "Printer jams on the second tray",
        "打印机二号纸盒卡纸",
        Priority::Normal,
    ),
    ("No network at desk 07", "工位 07 无法上网", Priority::High),
    (
        "Shared drive very slow since Monday",
        "共享盘从周一起很慢",
        Priority::Normal,
    ),
    ("New colleague needs a mailbox", "新员工开通邮箱", Priority::Low),
    ("Camera 2 shows no picture", "2 号摄像机无画面", Priority::High),
    ("Backup report missing", "未收到备份报告", Priority::Urgent),
    (
        "Wi-Fi drops in the meeting room",
        "会议室无线频繁掉线",
        Priority::Normal,
    ),
    (
        "Accounting software asks for a licence",
        "财务软件提示授权过期",
        Priority::High,
    ),
];

/// Adds them.
pub(crate) fn add(
    seeder: &mut Seeder<'_, '_>,
    places: &[Place],
    devices: &[Device],
) -> Result<(), ServiceError> {
    let tickets = tickets(seeder, places, devices)?;
    visits(seeder, places, &tickets)
}

pub(super) fn technicians() -> Vec<Uuid> {
    STAFF
        .iter()
        .filter(|(_, _, role, _)| *role == Role::Technician)
        .map(|(_, email, ..)| id(email))
        .collect()
}

fn tickets(
    seeder: &mut Seeder<'_, '_>,
    places: &[Place],
    devices: &[Device],
) -> Result<Vec<(Uuid, Uuid)>, ServiceError> {
    let mut tickets = Vec::new();
    for (nth, place) in places.iter().cycle().take(24).enumerate() {
        let (en, zh, priority) = TROUBLES[nth % TROUBLES.len()];
        let device = devices
            .iter()
            .filter(|device| device.site == place.site)
            .nth(nth % 20);
        let open = nth % 3 != 0;
        let reported_at = seeder.now - TimeDelta::hours(7 + 9 * nth as i64);
        let ticket = Ticket {
            client_id: place.client,
            site_id: Some(place.site),
            contact_id: Some(place.contact),
            reported_by: None,
            number: None,
            title: place.language.pick(en, zh).to_owned(),
            description: None,
            status: if open {
                TicketStatus::New
            } else {
                TicketStatus::Solved
            },
            priority,
            assignee_id: None,
            asset_ids: device.map(|device| device.id).into_iter().collect(),
            diagnosis: None,
            solution: (!open).then(|| {
                place
                    .language
                    .pick("Replaced and tested.", "已更换并测试正常。")
                    .to_owned()
            }),
            pending_reason: None,
            reported_at: Some(reported_at),
            due_at: None,
            solved_at: None,
        };
        let ticket_id = seeder.add(&format!("ticket/{nth}"), &ticket)?;
        if open {
            tickets.push((place.site, ticket_id));
        } else {
            history::solved(seeder, place, ticket_id, nth, reported_at)?;
        }
    }
    Ok(tickets)
}

fn visits(
    seeder: &mut Seeder<'_, '_>,
    places: &[Place],
    tickets: &[(Uuid, Uuid)],
) -> Result<(), ServiceError> {
    let technicians = technicians();
    let (today, monday) = (seeder.today(), seeder.monday());
    for day in -7..14_i64 {
        let date = monday + TimeDelta::days(day);
        // Whoever tries the demo at a weekend finds a day's work too.
        if date.weekday().num_days_from_monday() > 4 && date != today {
            continue;
        }
        for (nth, technician) in technicians.iter().enumerate() {
            let place = &places[((day + 7) as usize * 3 + nth * 2) % places.len()];
            for (slot, hour) in [(0_usize, 9), (1, 14)] {
                // Afternoons are free for what comes in, every second day.
                if slot == 1 && (day + nth as i64) % 2 != 0 {
                    continue;
                }
                let Some(start) = place.at(date, hour, 0) else {
                    continue;
                };
                let past = start < seeder.now - TimeDelta::hours(12);
                let ticket = tickets
                    .iter()
                    .find(|(site, _)| *site == place.site)
                    .map(|(_, ticket)| *ticket);
                let assigned = day < 7 || nth % 2 == 0;
                let kind = if slot == 0 {
                    VisitKind::Routine
                } else {
                    VisitKind::AdHoc
                };
                let mut visit = visit(place, assigned.then_some(*technician), kind, start, past);
                if slot == 1 {
                    visit.ticket_ids = ticket.into_iter().collect();
                }
                let id = seeder.add(&format!("visit/{day}/{nth}/{slot}"), &visit)?;
                if past {
                    callback(seeder, id, start + TimeDelta::days(1), (day + nth as i64) % 3)?;
                }
            }
        }
    }
    Ok(())
}

/// Two of three were reached already, and were content.
pub(super) fn callback(
    seeder: &mut Seeder<'_, '_>,
    visit_id: Uuid,
    due_at: DateTime<Utc>,
    turn: i64,
) -> Result<(), ServiceError> {
    let done = turn != 0;
    let callback = Callback {
        visit_id,
        due_at,
        status: if done {
            CallbackStatus::Done
        } else {
            CallbackStatus::Due
        },
        attempts: u32::from(done),
        last_attempt_at: done.then_some(due_at),
        agent_id: done.then(|| id("support@demo.example")),
        score: done.then_some(if turn == 1 { 5 } else { 4 }),
        comment: None,
        new_needs: None,
        ticket_id: None,
        survey_score: None,
        survey_comment: None,
        surveyed_at: None,
    };
    seeder.add_as(
        &format!("callback/{visit_id}"),
        natural_id(visit_id, "callback"),
        &callback,
    )?;
    Ok(())
}

/// A visit of three hours, done if it is past.
pub(super) fn visit(
    place: &Place,
    technician_id: Option<Uuid>,
    kind: VisitKind,
    start: DateTime<Utc>,
    past: bool,
) -> Visit {
    let done = |minutes| past.then_some(start + TimeDelta::minutes(minutes));
    Visit {
        client_id: place.client,
        site_id: place.site,
        contact_id: Some(place.contact),
        technician_id,
        kind,
        purpose: purpose(place.language, kind).to_owned(),
        planned_start: start,
        planned_end: start + TimeDelta::hours(3),
        status: match (past, technician_id) {
            (true, _) => VisitStatus::Closed,
            (false, Some(_)) => VisitStatus::Scheduled,
            (false, None) => VisitStatus::Planned,
        },
        reason: None,
        ticket_ids: Vec::new(),
        follows_id: None,
        mail_read_at: None,
        contact_confirmed_at: None,
        tools_packed_at: None,
        forms_ready_at: None,
        preparation_override: None,
        unprepared: false,
        travelling_at: None,
        arrived_at: done(0),
        finished_at: done(140),
        contact_met_at: done(0),
        purpose_confirmed_at: done(0),
        breaks: Vec::new(),
        unfinished: None,
        first_steps: FirstSteps::default(),
        explained_at: done(135),
        cleaned_at: done(138),
        goodbye_at: done(140),
        solution: past.then(|| place.language.pick("All in order.", "一切正常。").to_owned()),
    }
}

fn purpose(language: Language, kind: VisitKind) -> &'static str {
    match kind {
        VisitKind::First => language.pick(
            "First visit: handover, counting, labels, inspection",
            "首次上门：交接、清点、贴标签、检查",
        ),
        VisitKind::Routine => language.pick("Monthly inspection of all devices", "月度例行巡检，逐台检查"),
        VisitKind::AdHoc => language.pick("Repair on request", "临时上门维修"),
    }
}
