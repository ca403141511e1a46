const element = (id) => document.getElementById(id);
const say = (id, text) => {
  element(id).textContent = text;
};
const tally = { answered: 0, failed: 0 };

function showAnswerer(environment, release) {
  if (!environment) return;
  document.documentElement.dataset.environment = environment;
  say("environment", environment);
  say("release", release ?? "unknown");
}

function mark(kind) {
  const answers = element("answers");
  const one = document.createElement("i");
  one.className = kind;
  answers.append(one);
  while (answers.childElementCount > 160) answers.firstChild.remove();
}

async function ask() {
  try {
    const answer = await fetch("/api/version", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(String(answer.status));
    const environment = answer.headers.get("x-environment");
    showAnswerer(environment, answer.headers.get("x-release"));
    tally.answered += 1;
    mark(environment);
  } catch {
    tally.failed += 1;
    mark("failed");
  }
  say("tally", `${tally.answered} answered, ${tally.failed} failed since this page was opened`);
}

async function showHealth() {
  const answer = await fetch("/api/health", { cache: "no-store" }).catch(() => undefined);
  const health = await answer?.json().catch(() => undefined);
  const good = new Set(["ok", "connected", "writable"]);
  const rows = ["status", "database", "redis", "uploads"].flatMap((name) => {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    value.textContent = health?.[name] ?? "no answer";
    value.className = good.has(value.textContent) ? "" : "bad";
    return [term, value];
  });
  element("health").replaceChildren(...rows);
}

let socket;
function connect() {
  socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/socket.io/`);
  socket.onmessage = ({ data }) => {
    const hello = data.startsWith('{"type":"hello"') ? JSON.parse(data) : undefined;
    if (hello) say("socket", `connected to ${hello.environment}, release ${hello.release}`);
    else say("echoed", `echo: ${data}`);
  };
  socket.onclose = ({ code }) => {
    say("socket", `closed (${code}), connecting again…`);
    setTimeout(connect, 500);
  };
}

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
// Browsers offer hashing only where the page is trusted: over HTTPS, or from this machine.
const sha256 = async (bytes) =>
  crypto.subtle ? hex(await crypto.subtle.digest("SHA-256", bytes)) : undefined;

async function upload(file) {
  const bytes = await file.arrayBuffer();
  const answer = await fetch("/api/uploads", { method: "POST", body: bytes });
  if (!answer.ok) return `refused (${answer.status})`;
  const stored = await answer.json();
  const back = await (await fetch(`/uploads/${stored.id}`)).arrayBuffer();
  const [sent, returned] = [(await sha256(bytes)) ?? stored.sha256, (await sha256(back)) ?? stored.sha256];
  const same = sent === stored.sha256 && returned === sent;
  return `${stored.size} bytes, ${same ? "unharmed" : "DAMAGED"} · sha256 ${stored.sha256.slice(0, 16)}…`;
}

const side = 12;
function drawGrid() {
  const drawn = new Set([14, 15, 26, 27, 28, 55, 56, 67, 68, 69, 80, 117, 118, 129, 130]);
  for (let index = 0; index < side * side; index += 1) {
    const pixel = document.createElement("i");
    pixel.className = drawn.has(index) ? "on" : "";
    pixel.onclick = () => pixel.classList.toggle("on");
    element("image").append(pixel);
  }
}

async function infer() {
  const pixels = [...element("image").children].map((pixel) => (pixel.className === "on" ? 1 : 0));
  const image = Array.from({ length: side }, (_, row) => pixels.slice(row * side, (row + 1) * side));
  const answer = await fetch("/api/ml/infer", { method: "POST", body: JSON.stringify({ image }) });
  if (!answer.ok) return `refused (${answer.status})`;
  const { cells, areas } = await answer.json();
  await record(cells);
  return `${cells} cells, of ${areas.join(", ")} pixels · answered by ${answer.headers.get("x-environment")}`;
}

async function record(cells) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ title: "drawn by hand", cells });
  await fetch("/api/segmentations", { method: "POST", headers, body });
  await showSegmentations();
}

async function showSegmentations() {
  const answer = await fetch("/api/segmentations?limit=6").catch(() => undefined);
  if (!answer?.ok) return;
  const rows = (await answer.json()).map((one) => {
    const row = document.createElement("tr");
    const at = new Date(one.createdAt).toLocaleTimeString();
    for (const text of [one.title, one.cells, one.environment, one.release, at])
      row.insertCell().textContent = text;
    return row;
  });
  element("segmentations").replaceChildren(...rows);
}

function onSubmit(id, output, act) {
  element(id).onsubmit = async (event) => {
    event.preventDefault();
    say(output, "…");
    say(output, await act(event.target).catch((error) => `failed: ${error.message}`));
  };
}

onSubmit("upload", "uploaded", (form) => upload(form.elements.file.files[0]));
onSubmit("infer", "inferred", infer);
element("echo").onsubmit = (event) => {
  event.preventDefault();
  if (socket.readyState === WebSocket.OPEN) socket.send(event.target.elements.text.value);
};

drawGrid();
connect();
setInterval(ask, 250);
setInterval(showHealth, 2000);
void showHealth();
void showSegmentations();
