"""A mail server (RFC 5321) for stories: it takes letters, refuses them, keeps silent or hangs up, as it is told."""
import base64
import socket
import socketserver
import ssl
import subprocess
import threading


def certificate(folder):
    """A self-signed certificate for localhost; (certificate, key)."""
    cert, key = folder / "mail.pem", folder / "mail.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return cert, key


class MailServer:
    def __init__(self, tls=None, login=None, port=0):
        self.changed = threading.Condition()
        self.letters = []  # (from, to, text) of what was taken
        self.seen = []  # every command, secrets included
        self.answers = {}  # stage -> answers to give instead, each once; "" hangs up
        self.tls = tls  # (certificate, key): offers STARTTLS
        self.login = login  # (user, password): asks for it
        self.held = None  # a stage at which it keeps silent until let go
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    outer.talk(self)
                except (ConnectionError, ssl.SSLError, ValueError):
                    pass

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Talk)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"smtp://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def until(self, condition, seconds=90):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), seconds), (self.letters, self.seen)
        return self

    def hold(self, stage):
        with self.changed:
            self.held = stage

    # --- the conversation

    def stage(self, talk, stage, usual):
        with self.changed:
            self.seen.append(stage)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.held != stage, 90)
            answer = self.answers.get(stage, []).pop(0) if self.answers.get(stage) else usual
        if not answer:
            talk.connection.shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        talk.wfile.write(answer.encode() + b"\r\n")
        return answer.startswith(("2", "3"))

    def talk(self, talk):
        secure, known, sender, to = False, not self.login, None, None
        self.stage(talk, "GREETING", "220 localhost at your service")
        while line := talk.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb == "EHLO":
                offers = (["STARTTLS"] if self.tls and not secure else []) + (["AUTH PLAIN"] if self.login else [])
                lines = ["localhost", *offers, "8BITMIME"]
                talk.wfile.write("".join(f"250{'-' if i < len(lines) - 1 else ' '}{w}\r\n"
                                         for i, w in enumerate(lines)).encode())
            elif words.upper() == "STARTTLS":
                talk.wfile.write(b"220 go on\r\n")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*map(str, self.tls))
                talk.connection = context.wrap_socket(talk.connection, server_side=True)
                talk.rfile, talk.wfile = talk.connection.makefile("rb"), talk.connection.makefile("wb", 0)
                secure = True
            elif verb == "AUTH":
                secret = words.split()[2] if len(words.split()) > 2 else self.ask(talk)
                with self.changed:
                    self.seen.append(f"AUTH {'over TLS' if secure else 'IN CLEAR'}")
                known = base64.b64decode(secret).decode().split("\0")[1:] == list(self.login)
                talk.wfile.write(b"235 welcome\r\n" if known else b"535 5.7.8 wrong password\r\n")
            elif verb == "MAIL":
                sender = words.split("<")[1].split(">")[0]
                self.stage(talk, "MAIL", "250 fine" if known else "530 5.7.0 sign in first")
            elif verb == "RCPT":
                to = words.split("<")[1].split(">")[0]
                self.stage(talk, "RCPT", "250 fine")
            elif verb == "DATA":
                if self.stage(talk, "DATA", "354 go on"):
                    self.take(talk, sender, to)
            elif verb == "QUIT":
                talk.wfile.write(b"221 good bye\r\n")
                return
            else:
                talk.wfile.write(b"250 fine\r\n")

    def ask(self, talk):
        talk.wfile.write(b"334 \r\n")
        return talk.rfile.readline().decode().strip()

    def take(self, talk, sender, to):
        lines = []
        while (line := talk.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            raise ConnectionError
        with self.changed:
            refuses = (self.answers.get("TAKEN") or ["250"])[0][:1] in ("4", "5")
            if not refuses:
                self.letters.append((sender, to, b"".join(lines)))
                self.changed.notify_all()
        self.stage(talk, "TAKEN", "250 taken")
