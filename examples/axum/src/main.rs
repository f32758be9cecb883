//! Live pages served by axum, without Python: a counter and a table of 1,000 rows.
//!
//! `cargo run --manifest-path examples/axum/Cargo.toml`, then <http://127.0.0.1:3000/>. `PORT` names
//! another port.

mod live;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use live::Pages;

type App = State<Arc<Pages>>;

async fn page(State(pages): App, path: Option<Path<String>>) -> Response {
    let name = path.map_or_else(|| "counter".to_owned(), |Path(name)| name);
    match pages.open(&name) {
        Some(Ok(html)) => Html(html).into_response(),
        Some(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn socket(State(pages): App, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| live::serve(socket, pages))
}

/// The built client, as the Python package has it.
async fn script(Path(path): Path<String>) -> Response {
    const ROOT: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../crates/djust-py/python/djust/static/djust"
    );
    let is_plain = path.split('/').all(|part| {
        !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    });
    match std::fs::read(format!("{ROOT}/{path}")) {
        Ok(script) if is_plain => {
            ([(header::CONTENT_TYPE, "text/javascript")], script).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pages = Arc::new(Pages::new()?);
    let app = Router::new()
        .route("/", get(page))
        .route("/{name}/", get(page))
        .route("/ws", get(socket))
        .route("/static/{*path}", get(script))
        .with_state(pages);
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
