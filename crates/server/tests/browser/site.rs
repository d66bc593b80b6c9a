//! An application's web site: files from memory on an origin of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

type Files = Arc<Mutex<HashMap<String, (String, &'static str)>>>;

/// A listening web site. It answers until the test's process ends.
pub(crate) struct Site {
    port: u16,
    files: Files,
}

impl Site {
    /// Listens on a free port, with nothing to show.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let files = Files::default();
        let shown = Arc::clone(&files);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shown = Arc::clone(&shown);
                std::thread::spawn(move || answer(stream, &shown));
            }
        });
        Self { port, files }
    }

    /// The site's origin on a host of this machine. At `localhost` it is on the same site as Pixie in these tests, so that
    /// cookies reach Pixie from its frames; at `127.0.0.1` it is not.
    pub(crate) fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }

    /// Shows this text at this path.
    pub(crate) fn show(&self, path: &str, media_type: &'static str, text: String) {
        let file = (text, media_type);
        self.files.lock().unwrap().insert(path.to_owned(), file);
    }

    /// Shows a file at this path.
    pub(crate) fn show_file(&self, path: &str, media_type: &'static str, file: &Path) {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.show(path, media_type, text);
    }
}

fn answer(mut stream: TcpStream, files: &Files) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines().map_while(Result::ok);
    // A browser opens connections ahead of need: those end without a line, and get no answer.
    let Some(first) = lines.next() else {
        return Ok(());
    };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = first.split([' ', '?']).nth(1).unwrap_or_default();
    let (status, (text, media_type)) = match files.lock().unwrap().get(path) {
        Some(file) => ("200 OK", file.clone()),
        None => ("404 Not Found", (String::new(), "text/plain")),
    };
    let length = text.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{text}"
    )
}
