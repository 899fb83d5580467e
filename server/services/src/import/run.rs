//! Doing what was planned: each row in its own savepoint, so that one refused row leaves the others be.
use super::draft::Position;
use super::plan::{Plan, Steps};
use super::problem::{Problem, Reason};
use super::report::{NewPlaceReport, Outcome, Report};
use crate::apply::{Refusal, apply};
use crate::author::{Author, Cause};
use crate::error::ServiceError;
use onsite_model::ids::natural_id;
use onsite_model::permission::Permission;
use onsite_store::{StoreError, Tx, WriteError, rows};
use sync_protocol::operation::{Operation, OperationKind};
use sync_protocol::version::Version;
use uuid::Uuid;

/// A good number of rows for one transaction: others wait for it no longer than a fraction of a second.
pub const BATCH: usize = 200;

/// Applies a plan. Rows are written for the author of `cause`, under the stream of the file's source, or their own where they changed a list of ours; a row that
/// was changed since the plan was made is refused, not overwritten.
///
/// # Errors
/// The author may not import, or the database is gone; then nothing of the plan stands.
pub fn run(tx: &mut Tx<'_>, cause: &Cause<'_>, plan: &Plan) -> Result<Report, ServiceError> {
    if cause
        .author
        .role
        .is_some_and(|role| !role.may(Permission::Import))
    {
        return Err(ServiceError::forbidden());
    }
    let mut reports = Vec::with_capacity(plan.rows.len());
    for row in &plan.rows {
        let mut report = row.report.clone();
        if let Some(steps) = &row.steps {
            report.new_places.clear();
            match tx.savepoint(|tx| take(tx, cause, steps, &report.at)) {
                Ok(made) => report.new_places = made,
                Err(refusal) if is_broken(&refusal) => return Err(refusal.error),
                Err(refusal) => {
                    report.outcome = Outcome::Refused;
                    report.changes.clear();
                    report.problem = Some(problem(steps, &refusal.error));
                }
            }
        }
        reports.push(report);
    }
    Ok(Report::of(reports, true))
}

/// Writes one row, and first the client and site it needs.
fn take(
    tx: &mut Tx<'_>,
    cause: &Cause<'_>,
    steps: &Steps,
    at: &Position,
) -> Result<Vec<NewPlaceReport>, Refusal> {
    let author = Author {
        stream: steps.stream.unwrap_or(cause.author.stream),
        ..cause.author.by_server()
    };
    let write = |tx: &mut Tx<'_>, operation: Operation| -> Result<(), Refusal> {
        let cause = Cause {
            author: &author,
            operation: operation.id,
            ..*cause
        };
        apply(tx, &cause, &operation).map(drop)
    };
    let operation = |entity: &str, row: Uuid, kind, base, set| {
        // Each write of an import is an operation of its own, named by the import, the place in the file and the row.
        let id = natural_id(cause.operation, &format!("{}:{}/{row}", at.file, at.row));
        Operation::new(id, entity, row, kind, base, set, cause.occurred_at)
    };
    let mut made = Vec::new();
    for need in &steps.needs {
        // An earlier row, or somebody else, may have made it.
        if rows::get(tx.db(), need.id)?.is_some() {
            continue;
        }
        let place = operation(
            need.record.kind().name(),
            need.id,
            OperationKind::Create,
            Version::ZERO,
            need.record.fields(),
        );
        write(tx, place)?;
        made.push(need.report());
    }
    let base = tx.version(steps.base);
    let asset = operation("asset", steps.row, steps.kind, base, steps.set.clone());
    write(tx, asset)?;
    Ok(made)
}

/// Whether the database failed rather than the row.
fn is_broken(refusal: &Refusal) -> bool {
    refusal.store_error().is_some_and(StoreError::is_fault)
}

fn problem(steps: &Steps, error: &ServiceError) -> Problem {
    let mut problem = Problem::new(Reason::Refused(error.detail.clone()));
    if let Some(field) = &error.field {
        problem.column = Some(steps.columns.get(field).unwrap_or(field).clone());
        problem.value = steps
            .set
            .get(field)
            .and_then(|value| value.as_str().map(str::to_owned));
    }
    problem
}
