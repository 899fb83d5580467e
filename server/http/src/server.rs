//! The server: the route table mounted, and its limits.
use crate::app::{App, AppState};
use crate::envelope;
use crate::route::Route;
use crate::routes;
use actix_web::dev::Server;
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as Actix, HttpRequest, HttpServer, web};
use rustls::ServerConfig;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

/// How long a connection stays open between two requests.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to read the end of its answer when a connection closes.
const DISCONNECT: Duration = Duration::from_secs(5);

/// Where HTTPS is spoken, and by which certificate.
#[derive(Debug)]
pub struct Tls {
    pub listener: TcpListener,
    pub config: ServerConfig,
}

/// Serves the API and the app on a listener by plain HTTP, and by HTTPS beside it where there is a certificate, until
/// the server's handle is told to stop; running requests are then finished first. Signals are the caller's business.
///
/// # Errors
/// A listener can't be used.
pub fn serve(state: AppState, listener: TcpListener, tls: Option<Tls>) -> std::io::Result<Server> {
    let app = App::new(state);
    let limits = app.limits.clone();
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = HttpServer::new(move || {
        let app = app.clone();
        Actix::new()
            .wrap(Compress::default())
            .wrap(from_fn(envelope::wrap))
            .configure(move |config| configure(config, app))
    })
    .workers(workers)
    // The limit counts for each worker by itself.
    .max_connections(limits.connections.div_ceil(workers))
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(limits.head)
    .tls_handshake_timeout(limits.head)
    .client_disconnect_timeout(DISCONNECT)
    .shutdown_timeout(limits.shutdown_seconds)
    .disable_signals();
    let mut server = server.listen(listener)?;
    if let Some(tls) = tls {
        server = server.listen_rustls_0_23(tls.listener, tls.config)?;
    }
    Ok(server.run())
}

/// Mounts every route of the table.
///
/// Fixed paths come before those with parts that vary, so that `/visits/board` is never taken for the visit called "board". What
/// varies stands in a scope by what comes before it: actix-web asks one path after another, and where parts vary by a regular
/// expression, of which there are more than a hundred.
fn configure(config: &mut web::ServiceConfig, app: App) {
    config.app_data(web::Data::new(app));
    let table = routes::table();
    let mut fixed: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    let mut varying: BTreeMap<&str, BTreeMap<&str, Vec<&Route>>> = BTreeMap::new();
    for route in &table {
        let path = route.path();
        let routes = match path.split_once("/{") {
            Some((scope, _)) => varying.entry(scope).or_default().entry(&path[scope.len()..]),
            None => fixed.entry(path),
        };
        routes.or_default().push(route);
    }
    for (path, routes) in &fixed {
        config.service(resource(path, routes));
    }
    // The shortest last: it may begin what another scope begins with, and the empty one begins everything.
    for (path, inner) in varying.iter().rev() {
        let mut scope = web::scope(path);
        for (path, routes) in inner {
            scope = scope.service(resource(path, routes));
        }
        config.service(scope);
    }
    config.default_service(web::to(envelope::no_such_path));
}

fn resource(path: &str, routes: &[&Route]) -> actix_web::Resource {
    let mut allowed: Vec<&str> = routes.iter().map(|route| route.method().as_str()).collect();
    if allowed.contains(&Method::GET.as_str()) {
        allowed.push("HEAD");
    }
    let allowed = allowed.join(", ");
    let mut resource = web::resource(path);
    for route in routes {
        resource = resource.route(route.service());
    }
    resource.default_service(web::to(move |request: HttpRequest| {
        let allowed = allowed.clone();
        async move { envelope::no_such_method(&request, &allowed) }
    }))
}
