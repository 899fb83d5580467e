//! `onsite user`: the first admin, and help for who locked themselves out.
use crate::config::Config;
use crate::serve::Server;
use anyhow::{Context, Result, bail};
use clap::{Subcommand, ValueEnum};
use onsite_model::clock;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_model::role::Role;
use onsite_model::user::User;
use onsite_services::author::{Author, Cause};
use onsite_services::{ServiceError, passwords, staff, user_account};
use onsite_store::{accounts, rows};
use std::io::{BufRead, IsTerminal};

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a member of staff; the password is read from the first line of standard input.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = role)]
        role: Role,
        #[arg(long, value_enum, default_value = "en")]
        language: Tongue,
    },
    /// Set a new password, read from the first line of standard input; ends all sessions of the user.
    Password {
        #[arg(long)]
        email: String,
    },
    /// List the members of staff.
    List,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tongue {
    En,
    #[value(name = "zh-CN")]
    ZhCn,
}

fn role(name: &str) -> Result<Role, String> {
    Role::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("one of {}", names.join(", "))
    })
}

/// Runs one of them.
pub(crate) async fn run(config: &Config, command: UserCommand) -> Result<()> {
    let server = Server::open(config).await?;
    match command {
        UserCommand::Add {
            email,
            name,
            role,
            language,
        } => {
            let language = match language {
                Tongue::En => Language::En,
                Tongue::ZhCn => Language::ZhCn,
            };
            let user = User {
                name,
                email,
                role,
                phone: None,
                language,
                active: true,
            };
            add(&server, user).await
        }
        UserCommand::Password { email } => password(&server, &email).await,
        UserCommand::List => list(&server).await,
    }
}

async fn add(server: &Server, user: User) -> Result<()> {
    let hashed = passwords::hash(&read_password()?, &user.email)?;
    let (house, now) = (server.house.clone(), (clock::system())());
    let id = new_id(now);
    let email = user.email.clone();
    server
        .store
        .write::<_, ServiceError>(move |tx| {
            let operation = new_id(now);
            let cause = Cause {
                author: &Author::SYSTEM,
                operation,
                occurred_at: now,
                now,
                house: &house,
            };
            staff::add(tx, &cause, id, &user, &hashed)
        })
        .await?;
    println!("added {email} as {id}");
    Ok(())
}

async fn password(server: &Server, email: &str) -> Result<()> {
    let known = email.to_lowercase();
    let found = server
        .store
        .read(move |db| accounts::credentials(db, &known))
        .await?;
    let Some((user, _)) = found else {
        bail!("nobody logs in as {email}")
    };
    let hashed = passwords::hash(&read_password()?, email)?;
    let now = (clock::system())();
    let ended = server
        .store
        .write::<_, ServiceError>(move |tx| user_account::set_credentials(tx, user, &hashed, now))
        .await?;
    println!("the password of {email} is set; {ended} sessions ended");
    Ok(())
}

async fn list(server: &Server) -> Result<()> {
    let kind = onsite_model::entity::EntityKind::User;
    let users = server
        .store
        .read(move |db| rows::page(db, kind, None, None, None, 10_000))
        .await?;
    for row in users {
        let user: User = onsite_model::entity::decode(&row.body)?;
        let state = if user.active { "" } else { " (not active)" };
        println!("{:<11} {:<32} {}{state}", user.role.name(), user.email, user.name);
    }
    Ok(())
}

fn read_password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("Password (at least 10 characters; it will be visible):");
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("no password on standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
