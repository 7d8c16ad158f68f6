//! A server on loopback that fails on demand, and remembers what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What the server does with a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Status(u16),
    /// 200 with this body.
    Says(&'static str),
    /// 503 with this Retry-After.
    Busy(&'static str),
    /// 200 after a while.
    Slow(Duration),
    /// None, and the connection stays open.
    Hang,
    /// None, and the connection is closed.
    Reset,
}

/// A request whose body has arrived whole.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) at: Instant,
    /// The request line and the headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn events(&self) -> &[Value] {
        self.body["batch"].as_array().expect("a batch")
    }
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) host: String,
    requests: Arc<Mutex<Vec<Request>>>,
    answers: Arc<Vec<Answer>>,
}

impl Server {
    /// Gives the answers in turn, the last one for ever.
    pub(crate) fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Self {
            host: format!("http://{address}"),
            requests: Arc::default(),
            answers: Arc::new(answers.to_vec()),
        };
        let for_thread = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = for_thread.clone();
                thread::spawn(move || while server.serve(&stream).is_some() {});
            }
        });
        server
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().expect("no panic")
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.lock().clone()
    }

    /// Every event of every request, in the order of their arrival.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.requests()
            .iter()
            .flat_map(|request| request.events().to_vec())
            .collect()
    }

    /// Serves one request; `None` ends the connection.
    fn serve(&self, stream: &TcpStream) -> Option<()> {
        let request = read(stream)?;
        let answer = {
            let mut requests = self.lock();
            requests.push(request);
            let turn = requests.len().min(self.answers.len());
            self.answers[turn - 1]
        };
        let mut body = "{\"status\":1}";
        let (status, headers) = match answer {
            Answer::Says(says) => {
                body = says;
                (200, String::new())
            }
            Answer::Status(302) => (302, "location: /elsewhere\r\n".to_owned()),
            Answer::Status(status) => (status, String::new()),
            Answer::Busy(retry_after) => (503, format!("retry-after: {retry_after}\r\n")),
            Answer::Slow(wait) => {
                thread::sleep(wait);
                (200, String::new())
            }
            Answer::Hang => {
                // Until the client gives up.
                _ = stream.peek(&mut [0]);
                return None;
            }
            Answer::Reset => return None,
        };
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\n\r\n{body}");
        let mut stream = stream;
        stream.write_all(answer.as_bytes()).ok()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.parse().expect("a length")];
    reader.read_exact(&mut body).ok()?;
    if head.contains("content-encoding: gzip") {
        let compressed = std::mem::take(&mut body);
        flate2::read::GzDecoder::new(compressed.as_slice())
            .read_to_end(&mut body)
            .expect("gzip");
    }
    Some(Request {
        at: Instant::now(),
        head,
        body: serde_json::from_slice(&body).expect("JSON"),
    })
}
