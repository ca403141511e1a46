import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A letter as the server got it. */
export interface Letter {
  from: string;
  to: string[];
  text: string;
  /** Whether it came over an encrypted connection. */
  encrypted: boolean;
  user: string | undefined;
}

export interface SmtpServer extends Disposable {
  port: number;
  letters: Letter[];
  /** All that clients have said, before and after the encryption. */
  heard: string[];
}

export interface SmtpOptions {
  /** The key and the certificate, as PEM; without them STARTTLS is not offered. */
  tls?: { key: string; cert: string } | undefined;
  /** The only user who may log in, and the password. */
  login?: { user: string; password: string } | undefined;
}

/** An SMTP server on the loopback that speaks as much of RFC 5321, 3207 and 4954 as a client needs to hand over a letter. */
export async function startSmtpServer({ tls, login }: SmtpOptions = {}): Promise<SmtpServer> {
  const letters: Letter[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.write("220 loopback ESMTP\r\n");
    converse(socket, false);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    letters,
    heard,
    [Symbol.dispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };

  function converse(socket: Socket, encrypted: boolean): void {
    let letter: Letter = { from: "", to: [], text: "", encrypted, user: undefined };
    let rest = "";
    let inText = false;
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const onLine = (line: string) => {
      if (inText && line === ".") {
        inText = false;
        letters.push(letter);
        letter = { ...letter, to: [], text: "" };
        return say("250 taken");
      }
      if (inText) {
        // A line that begins with a dot got another one before it.
        letter.text += `${line.replace(/^\./, "")}\n`;
        return;
      }
      heard.push(line);
      const [, verb = "", said = ""] = /^(\S+) ?(.*)$/.exec(line) ?? [];
      switch (verb.toUpperCase()) {
        case "EHLO": {
          const offered = [
            ...(tls && !encrypted ? ["STARTTLS"] : []),
            ...(login ? ["AUTH PLAIN"] : []),
            "8BITMIME",
          ];
          return say(
            ["loopback", ...offered]
              .map((word, i) => `250${i === offered.length ? " " : "-"}${word}`)
              .join("\r\n"),
          );
        }
        case "STARTTLS": {
          say("220 go ahead");
          socket.removeAllListeners("data");
          return converse(new TLSSocket(socket, { isServer: true, ...tls }), true);
        }
        case "AUTH": {
          const [, user, password] = Buffer.from(said.replace(/^PLAIN /, ""), "base64")
            .toString()
            .split("\0");
          const right = user === login?.user && password === login?.password;
          letter.user = right ? user : undefined;
          return say(right ? "235 welcome" : "535 5.7.8 who are you?");
        }
        case "MAIL":
          if (login && letter.user === undefined) return say("530 5.7.0 log in first");
          letter.from = said.replace(/^FROM:<(.*?)>.*$/i, "$1");
          return say("250 yes");
        case "RCPT":
          letter.to.push(said.replace(/^TO:<(.*?)>.*$/i, "$1"));
          return say("250 yes");
        case "DATA":
          inText = true;
          return say("354 end with a dot");
        case "QUIT":
          say("221 bye");
          return void socket.end();
        default:
          return say("500 what?");
      }
    };
    // A client that does not trust the certificate hangs up in the middle of the handshake.
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    });
  }
}
