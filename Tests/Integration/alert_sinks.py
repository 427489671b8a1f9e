"""A web server and a mail server that keep what they get, for the tests of rd-alert.

usage: alert_sinks.py FOLDER

Writes FOLDER/http.port and FOLDER/smtp.port once both listen; each request becomes a line of FOLDER/http.ndjson, each
mail a file in FOLDER/mail. The first part of the path says how the web server behaves: ok, flaky (500 the first time),
busy (429 with Retry-After the first time), broken (always 500, quoting the path), redirect, slow (no answer).
"""
import http.server
import json
import pathlib
import socketserver
import sys
import threading
import time

folder = pathlib.Path(sys.argv[1])
seen = {}


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        kind = self.path.split("/")[1]
        seen[self.path] = seen.get(self.path, 0) + 1
        is_first = seen[self.path] == 1
        status = {"redirect": 302, "broken": 500}.get(kind, 200)
        if is_first:
            status = {"flaky": 500, "busy": 429}.get(kind, status)
        line = {"path": kind, "status": status, "authorization": self.headers.get("Authorization"), "body": json.loads(body)}
        with open(folder / "http.ndjson", "a") as out:
            out.write(json.dumps(line) + "\n")
        if kind == "slow":
            time.sleep(30)
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        if status == 302:
            self.send_header("Location", "/ok/elsewhere")
        text = f"no such hook: {self.path}".encode() if status == 500 else b"ok"
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        recipients = []
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT":
                recipients.append(line.split(":", 1)[1].strip())
            if word == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part[1:] if part.startswith(b"..") else part)
                (folder / "mail").mkdir(exist_ok=True)
                name = folder / "mail" / f"{time.time_ns()}.eml"
                name.write_bytes(f"X-Recipients: {' '.join(recipients)}\r\n".encode() + b"".join(lines))
            self.say("221 bye" if word == "QUIT" else "250 ok")
            if word == "QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
mail = Server(("127.0.0.1", 0), Mail)
for server in (web, mail):
    threading.Thread(target=server.serve_forever, daemon=True).start()
(folder / "smtp.port").write_text(str(mail.server_address[1]))
(folder / "http.port").write_text(str(web.server_address[1]))
threading.Event().wait()
