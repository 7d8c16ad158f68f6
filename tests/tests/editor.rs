//! What rust-analyzer knows of the macros, asked over the language server protocol: see `docs/editor.md`.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use trackplan_tests::Folder;

const PLAN: &str = "\
plan: shop
enums:
  carrier: [post, courier]
groups:
  team: { key: team_slug, properties: { seats_count: integer } }
person:
  properties: { role: { type: string, description: What they do. } }
events:
  order_placed:
    properties:
      carrier: { type: carrier, description: Who brings it to @you. }
      item_count: { type: integer, min: 1 }
";

/// Longer than the first build of the dependencies takes anywhere.
const PATIENCE: Duration = Duration::from_secs(600);

fn uri(folder: &Folder, path: &str) -> String {
    format!("file://{}", folder.path(path).display())
}

/// rust-analyzer on a crate of its own. Dropped, it ends.
struct Editor {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    file: String,
    sent: i64,
    folder: Folder,
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

impl Editor {
    fn open() -> Self {
        let folder = Folder::shop("fn main() {}\n", PLAN);
        let mut server = folder
            .command("rust-analyzer", ".", env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("rust-analyzer");
        let input = server.stdin.take().expect("piped");
        let output = BufReader::new(server.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            read_all(output, |message| sender.send(message).is_ok());
        });
        let mut editor = Self {
            server,
            input,
            messages,
            file: uri(&folder, "src/main.rs"),
            sent: 0,
            folder,
        };
        editor.initialize();
        editor
    }

    fn initialize(&mut self) {
        let root = uri(&self.folder, "");
        let parameters = json!({
            "processId": null,
            "rootUri": root,
            "capabilities": {
                "textDocument": { "hover": { "contentFormat": ["markdown"] } },
                "experimental": { "serverStatusNotification": true },
            },
            "initializationOptions": {
                "checkOnSave": false,
                "cachePriming": { "enable": false },
            },
        });
        self.ask("initialize", &parameters);
        self.tell("initialized", &json!({}));
        let document = json!({ "uri": self.file, "languageId": "rust", "version": 0, "text": "" });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        self.wait(|message| {
            message["method"] == "experimental/serverStatus"
                && message["params"]["quiescent"] == true
        });
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())
            .expect("rust-analyzer runs");
        self.input.flush().expect("rust-analyzer runs");
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.send(json!({ "method": method, "params": parameters }));
    }

    /// Asks until the server has seen the last change.
    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        const CONTENT_MODIFIED: i64 = -32801;
        loop {
            self.sent += 1;
            let id = self.sent;
            self.send(json!({ "id": id, "method": method, "params": parameters }));
            let answer =
                self.wait(|message| message["id"] == id && message.get("method").is_none());
            if answer["error"]["code"] == CONTENT_MODIFIED {
                continue;
            }
            assert_eq!(answer.get("error"), None, "{method}");
            return answer["result"].clone();
        }
    }

    /// The first such message. What the server asks is answered with nothing.
    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("a message");
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                self.send(json!({ "id": id, "result": null }));
            }
            if is_it(&message) {
                return message;
            }
        }
    }

    /// Shows the file, with the cursor at `|`, and returns the cursor's place.
    fn show(&mut self, text: &str) -> Value {
        let before = text.split('|').next().expect("a cursor");
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        self.sent += 1;
        let document = json!({ "uri": self.file, "version": self.sent });
        let changes = json!([{ "text": text.replacen('|', "", 1) }]);
        self.tell(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": changes }),
        );
        json!({
            "textDocument": { "uri": self.file },
            "position": { "line": line, "character": column },
        })
    }

    /// The names that complete at the cursor.
    fn completions(&mut self, text: &str) -> Vec<String> {
        let place = self.show(text);
        let answer = self.ask("textDocument/completion", &place);
        let items = answer.get("items").unwrap_or(&answer).as_array();
        let label = |item: &Value| item["label"].as_str().unwrap_or_default().to_owned();
        items.into_iter().flatten().map(label).collect()
    }

    /// What is said of the name at the cursor.
    fn hover(&mut self, text: &str) -> String {
        let place = self.show(text);
        let answer = self.ask("textDocument/hover", &place);
        answer["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Hands over each message until nobody wants it or the server ends.
fn read_all(mut output: impl BufRead, mut take: impl FnMut(Value) -> bool) {
    loop {
        let mut length = 0;
        loop {
            let mut header = String::new();
            if output.read_line(&mut header).unwrap_or(0) == 0 {
                return;
            }
            let Some((name, value)) = header.trim_end().split_once(": ") else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().expect("a length");
            }
        }
        let mut text = vec![0; length];
        if output.read_exact(&mut text).is_err()
            || !take(serde_json::from_slice(&text).expect("JSON"))
        {
            return;
        }
    }
}

fn is_installed() -> bool {
    let version = Command::new("rust-analyzer").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

#[test]
fn rust_analyzer_completes_and_explains_what_the_plan_has() {
    if !is_installed() {
        let reason = "skipped: there is no rust-analyzer; run: rustup component add rust-analyzer";
        // Past the capture of a test's output.
        writeln!(io::stderr(), "{reason}").expect("stderr");
        return;
    }
    let mut editor = Editor::open();
    for (text, expected) in [
        (
            "fn main() {\n    trackplan::track!(\"order_placed\", ca|);\n}\n",
            "carrier",
        ),
        (
            "fn main() {\n    trackplan::track!(\"order_placed\", carrier = \"post\", it|);\n}\n",
            "item_count",
        ),
        (
            "fn main() {\n    trackplan::identify!(actor = \"user_1\", ro|);\n}\n",
            "role",
        ),
        (
            "fn main() {\n    trackplan::group!(\"team\", key = \"acme\", se|);\n}\n",
            "seats_count",
        ),
        (
            "fn main() {}\n#[trackplan::tracked(\"order_placed\", ca|)]\nfn place() {}\n",
            "carrier",
        ),
        (
            "mod plan { trackplan::plan!(); }\nfn main() {\n    plan::Carrier::|\n}\n",
            "Courier",
        ),
    ] {
        let found = editor.completions(text);
        assert!(
            found.iter().any(|name| name.starts_with(expected)),
            "{text}\nexpected {expected}, found {found:?}"
        );
    }
    let said = editor.hover(
        "fn main() {\n    trackplan::track!(\"order_placed\", car|rier = \"post\", item_count = 1);\n}\n",
    );
    for words in ["Who brings it to @you.", "`post`, `courier`"] {
        assert!(said.contains(words), "expected {words}, found {said}");
    }
}
