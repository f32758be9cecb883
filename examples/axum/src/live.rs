//! Live pages: opened by a GET, followed by a WebSocket.
//!
//! Each page is mounted once. Its token is what the socket picks it up with; a page whose socket has gone
//! waits for the next one. A site would forget it after some time, and sign what it hands out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::ws::{Message, WebSocket};
use djust_live::djust_protocol::{
    ClientFrame, Close, Connected, ErrorCode, Event, Failure, Limits, Operations, Renumbered,
    Resume, ServerFrame, Update, serde_json,
};
use djust_live::djust_template::{DirectoryLoader, Engine, Template};
use djust_live::{Error, TemplatePage};

use crate::views::{Counter, Table, View};

/// Frames that a page may lack when its socket comes back.
const OUTBOX: usize = 64;

pub struct Pages {
    counter: Arc<Template>,
    table: Arc<Template>,
    open: Mutex<HashMap<String, Arc<Mutex<Page>>>>,
}

struct Page {
    view: Box<dyn View>,
    template: Arc<Template>,
    shown: TemplatePage,
    /// Number of the last frame, and id of the last event that was handled.
    seq: u32,
    last: u32,
    outbox: Vec<(u32, String)>,
}

impl Pages {
    pub fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let engine = Engine::builder()
            .loader(DirectoryLoader::new([templates]))
            .build();
        Ok(Self {
            counter: engine.get_template("counter.html")?,
            table: engine.get_template("table.html")?,
            open: Mutex::default(),
        })
    }

    /// Mounts a page and returns it as HTML; nothing if there is none of this name.
    pub fn open(&self, name: &str) -> Option<Result<String, Error>> {
        let (template, view): (_, Box<dyn View>) = match name {
            "counter" => (&self.counter, Box::new(Counter::default())),
            "table" => (&self.table, Box::new(Table::default())),
            _ => return None,
        };
        let mut page = Page {
            view,
            template: Arc::clone(template),
            shown: TemplatePage::new(template),
            seq: 0,
            last: 0,
            outbox: Vec::new(),
        };
        Some(page.mount().map(|html| {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            // A site takes a token that nobody can guess.
            let token = format!("page-{}", open.len() + 1);
            let html = html.replace("</body>", &format!("{}</body>", page.block(&token)));
            open.insert(token, Arc::new(Mutex::new(page)));
            html
        }))
    }

    fn find(&self, token: &str) -> Option<Arc<Mutex<Page>>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(token).cloned()
    }
}

impl Page {
    fn mount(&mut self) -> Result<String, Error> {
        let mut render = self.shown.recorder();
        self.template
            .render_to(&mut self.view.context(), &mut render)?;
        self.shown.mount(render)
    }

    /// What the client has to know, and the client.
    fn block(&self, token: &str) -> String {
        let numbering = self.shown.numbering();
        let (count, sum) = numbering.map_or((0, 0), |numbering| (numbering.count, numbering.sum));
        let config = serde_json::json!({
            "token": token, "csrf": "", "socket": "/ws", "count": count, "sum": sum,
            "parts": { "": "/static/parts/", "operation-6": "move.js", "operation-8": "tree.js",
                "operation-10": "move.js" },
        });
        format!(
            "<script type=\"application/json\" id=\"djust-config\">{config}</script>\
             <script type=\"module\" src=\"/static/client.js\" data-djust></script>"
        )
    }

    fn connect(&mut self, seq: u32) -> Vec<String> {
        let missed = self.outbox.iter().filter(|(number, _)| *number > seq);
        let missed: Vec<String> = missed.map(|(_, frame)| frame.clone()).collect();
        let is_whole = missed.len() == (self.seq - seq.min(self.seq)) as usize;
        let connected = ServerFrame::Connected(Connected {
            seq: self.seq,
            last: self.last,
            resume: if is_whole {
                Resume::Continue
            } else {
                Resume::Resync
            },
            message_bytes: Limits::default().message_bytes as u32,
            pending_events: 256,
        });
        let missed = if is_whole { missed } else { Vec::new() };
        std::iter::once(connected.encode()).chain(missed).collect()
    }

    fn handle(&mut self, event: &Event) -> Vec<String> {
        if event.id <= self.last {
            return Vec::new();
        }
        self.last = event.id;
        if !self.view.handle(event) {
            return self.fail(ErrorCode::UnknownHandler, "There is no such handler.");
        }
        let mut render = self.shown.recorder();
        if let Err(error) = self
            .template
            .render_to(&mut self.view.context(), &mut render)
        {
            return self.fail(ErrorCode::RenderFailed, &error.to_string());
        }
        match self.shown.try_update(render) {
            Ok(Some(operations)) => self.update(operations),
            Ok(None) => {
                // A number is left out: the client then says what it shows.
                self.outbox.clear();
                self.seq += 1;
                self.update(Operations::default())
            }
            Err(error) => self.fail(ErrorCode::RenderFailed, &error.to_string()),
        }
    }

    fn update(&mut self, operations: Operations) -> Vec<String> {
        self.seq += 1;
        let update = ServerFrame::Update(Update {
            seq: self.seq,
            reference: self.last,
            operations,
            effects: Vec::new(),
        });
        self.send(&update)
    }

    fn send(&mut self, frame: &ServerFrame) -> Vec<String> {
        let frame = frame.encode();
        self.outbox.push((self.seq, frame.clone()));
        let surplus = self.outbox.len().saturating_sub(OUTBOX);
        self.outbox.drain(..surplus);
        vec![frame]
    }

    fn fail(&mut self, code: ErrorCode, message: &str) -> Vec<String> {
        self.seq += 1;
        let failure = ServerFrame::Error(Failure {
            seq: self.seq,
            reference: self.last,
            code,
            message: message.to_owned(),
            id: String::new(),
        });
        self.send(&failure)
    }

    fn answer(&mut self, frame: ClientFrame) -> Vec<String> {
        match frame {
            ClientFrame::Connect(connect) => self.connect(connect.seq),
            ClientFrame::Event(event) => self.handle(&event),
            ClientFrame::Ack { seq } => {
                self.outbox.retain(|(number, _)| *number > seq);
                Vec::new()
            }
            ClientFrame::Ping => vec![ServerFrame::Pong.encode()],
            ClientFrame::Resync(resync) => {
                let mut render = self.shown.recorder();
                let rendered = self
                    .template
                    .render_to(&mut self.view.context(), &mut render);
                let answer = rendered
                    .map_err(Error::from)
                    .and_then(|()| self.shown.resync(&resync.html, resync.numbering, render));
                match answer {
                    Ok(answer) => {
                        self.seq += 1;
                        self.outbox.clear();
                        let renumbered = ServerFrame::Renumbered(Renumbered {
                            seq: self.seq,
                            reference: self.last,
                            operations: answer.operations,
                            base: answer.base,
                        });
                        self.send(&renumbered)
                    }
                    Err(error) => self.fail(ErrorCode::RenderFailed, &error.to_string()),
                }
            }
        }
    }
}

/// Follows one connection.
pub async fn serve(mut socket: WebSocket, pages: Arc<Pages>) {
    let limits = Limits::default();
    let mut page: Option<Arc<Mutex<Page>>> = None;
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else {
            continue;
        };
        let frame = match ClientFrame::decode(&text, &limits) {
            Ok(frame) => frame,
            Err(_) => return close(socket, ErrorCode::BadFrame).await,
        };
        if let ClientFrame::Connect(connect) = &frame {
            page = pages.find(&connect.token);
        }
        let Some(page) = &page else {
            return close(socket, ErrorCode::Expired).await;
        };
        let answers = page
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .answer(frame);
        for answer in answers {
            if socket.send(Message::Text(answer.into())).await.is_err() {
                return;
            }
        }
    }
}

async fn close(mut socket: WebSocket, code: ErrorCode) {
    let close = ServerFrame::Close(Close {
        code,
        message: "The page is loaded again.".to_owned(),
        reload: true,
    });
    let _ = socket.send(Message::Text(close.encode().into())).await;
}

#[cfg(test)]
mod tests {
    use djust_live::djust_protocol::{ClientFrame, Limits};

    use super::Pages;

    fn answers(pages: &Pages, token: &str, frame: &str) -> Vec<String> {
        let frame = ClientFrame::decode(frame, &Limits::default()).expect("a frame");
        let page = pages.find(token).expect("an open page");
        let mut page = page.lock().expect("nothing has panicked");
        page.answer(frame)
    }

    #[test]
    fn a_click_changes_what_it_changes() {
        let pages = Pages::new().expect("the templates compile");
        let html = pages.open("counter").expect("a page").expect("it renders");
        assert!(html.contains("\"token\":\"page-1\""), "{html}");
        let event = r#"[1,1,0,"increment"]"#;
        assert_eq!(answers(&pages, "page-1", event), [r#"[1,1,1,[0,3,"1"]]"#]);
        // It is not handled twice.
        assert!(answers(&pages, "page-1", event).is_empty());
        let unknown = answers(&pages, "page-1", r#"[1,2,1,"explode"]"#);
        assert!(unknown[0].starts_with("[2,2,2,"), "{unknown:?}");
    }

    #[test]
    fn a_socket_that_comes_back_gets_what_it_lacks() {
        let pages = Pages::new().expect("the templates compile");
        pages.open("counter").expect("a page").expect("it renders");
        let changed = answers(&pages, "page-1", r#"[1,1,0,"decrement"]"#);
        let connect =
            r#"[0,{"v":2,"token":"page-1","csrf":"","seq":0,"count":5,"sum":1,"url":"/"}]"#;
        let again = answers(&pages, "page-1", connect);
        assert_eq!(again[1..], changed);
    }

    #[test]
    fn a_thousand_rows_and_one_change() {
        let pages = Pages::new().expect("the templates compile");
        pages.open("table").expect("a page").expect("it renders");
        // Rows where there were none are not certain; the page is asked what it shows.
        answers(&pages, "page-1", r#"[1,1,0,"create"]"#);
        let html = "<main dj-root=\"\"></main>";
        let whole = answers(&pages, "page-1", &format!("[4,2,{html:?}]"));
        assert!(whole[0].len() > 100_000);
        let one = answers(&pages, "page-1", r#"[1,2,3,"select",{"row_id":"7"}]"#);
        assert!(one[0].len() < 60, "{}", one[0]);
    }
}
