#include "checkers/report/page.hpp"

#include "engine/core/json.hpp"

namespace stampede::checkers {
namespace {

/// The page around the data: `history` is [client, invocation, response or -1, text, in core] each.
constexpr const char* head = R"page(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
body{font:14px system-ui,sans-serif;margin:1em;color:#222;background:#fff}
h1{font-size:1.2em}.violated{color:#b00020}.ok{color:#1b6e2c}.undecided{color:#8a5a00}
canvas{width:100%;border:1px solid #ccc;cursor:grab}button{margin-right:.5em}
#told{min-height:1.4em;font-family:monospace;white-space:pre-wrap}
@media (prefers-color-scheme: dark){body{color:#ddd;background:#181818}canvas{border-color:#444}}
</style>
)page";

constexpr const char* body = R"page(
<p id="reason"></p>
<p><button id="near">Around the core</button><button id="all">Whole history</button>
<button id="in">Closer</button><button id="out">Farther</button>
Drag to move, wheel to zoom, point at an operation to read it.</p>
<canvas id="lanes"></canvas><p id="told"></p>
<script>
"use strict";
document.title = data.title;
const canvas = document.getElementById("lanes");
document.getElementById("title").textContent = data.title + ": " + data.verdict;
document.getElementById("title").className = data.verdict;
document.getElementById("reason").textContent = data.reason;
const ops = data.history, last = data.events;
const core = ops.filter(o => o[4]);
const rows = new Map();
for (const o of core) if (!rows.has(o[0])) rows.set(o[0], rows.size);
for (const o of ops) if (!rows.has(o[0])) rows.set(o[0], rows.size);
const height = 22, left = 90;
let from = 0, to = last;
function near() {
  if (!core.length) { from = 0; to = Math.min(last, 200); return; }
  from = Infinity; to = 0;
  for (const o of core) { from = Math.min(from, o[1]); to = Math.max(to, o[2] < 0 ? o[1] : o[2]); }
  const margin = Math.max(5, (to - from) * 0.15);
  from = Math.max(-1, from - margin); to = Math.min(last + 1, to + margin);
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
function draw() {
  const scale = devicePixelRatio || 1, width = canvas.clientWidth;
  const shown = ops.filter(o => o[1] <= to && (o[2] < 0 || o[2] >= from));
  const lanes = [...new Set(shown.map(o => o[0]))].sort((a, b) => rows.get(a) - rows.get(b));
  const place = new Map(lanes.map((lane, i) => [lane, i]));
  const tall = Math.min(lanes.length, 400) * height + 24;
  canvas.style.height = tall + "px"; canvas.width = width * scale; canvas.height = tall * scale;
  const pen = canvas.getContext("2d"); pen.scale(scale, scale); pen.font = "12px monospace";
  const x = e => left + (e - from) / (to - from) * (width - left - 10);
  pen.fillStyle = dark ? "#ddd" : "#222";
  for (const lane of lanes) pen.fillText(String(lane).slice(0, 12), 4, place.get(lane) * height + 36);
  pen.strokeStyle = pen.fillStyle = "#c78500";
  for (const [event, text] of data.marks) if (event >= from && event <= to) {
    pen.globalAlpha = 0.5; pen.fillRect(x(event), 0, 1, tall); pen.globalAlpha = 1;
    pen.fillText(text.slice(0, 30), x(event) + 3, 12);
  }
  canvas.hits = [];
  for (const o of shown) {
    const a = Math.max(left, x(o[1])), b = o[2] < 0 ? width - 4 : Math.min(width - 4, x(o[2]));
    const y = place.get(o[0]) * height + 22, w = Math.max(2, b - a);
    pen.fillStyle = o[4] ? "#e05050" : o[2] < 0 ? "#e0b050" : "#6fa8dc";
    pen.fillRect(a, y, w, height - 5);
    if (w > 30) {
      pen.save(); pen.beginPath(); pen.rect(a, y, w, height); pen.clip();
      pen.fillStyle = "#000"; pen.fillText(o[3], a + 3, y + 13); pen.restore();
    }
    canvas.hits.push([a, y, w, o]);
  }
}
function tell(e) {
  const box = canvas.getBoundingClientRect(), px = e.clientX - box.left, py = e.clientY - box.top;
  const hit = (canvas.hits || []).find(h => px >= h[0] && px <= h[0] + h[2] && py >= h[1] && py < h[1] + height);
  document.getElementById("told").textContent = !hit ? "" :
    hit[3][0] + " [" + hit[3][1] + ", " + (hit[3][2] < 0 ? "..." : hit[3][2]) + "] " + hit[3][3];
}
function zoom(by) {
  const mid = (from + to) / 2, half = Math.max(2, (to - from) / 2 * by);
  from = Math.max(-1, mid - half); to = Math.min(last + 1, mid + half); draw();
}
let held = null;
canvas.onmousedown = e => held = e.clientX;
onmouseup = () => held = null;
canvas.onmousemove = e => {
  if (held === null) return tell(e);
  const by = (held - e.clientX) / canvas.clientWidth * (to - from);
  held = e.clientX; from += by; to += by; draw();
};
canvas.onwheel = e => { e.preventDefault(); zoom(e.deltaY > 0 ? 1.25 : 0.8); };
document.getElementById("near").onclick = () => { near(); draw(); };
document.getElementById("all").onclick = () => { from = -1; to = last + 1; draw(); };
document.getElementById("in").onclick = () => zoom(0.5);
document.getElementById("out").onclick = () => zoom(2);
onresize = draw; near(); draw();
</script></html>
)page";

/// JSON that may stand inside a script: no tag can begin in it.
std::string for_script(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char character : json) {
    if (character == '<') {
      safe += "\\u003c";
    } else {
      safe += character;
    }
  }
  return safe;
}

}  // namespace

std::string history_page(const engine::History& history, const PageContent& content) {
  std::vector<bool> in_core(history.operations().size(), false);
  for (const std::size_t position : content.core) in_core[position] = true;
  engine::JsonWriter json;
  json.begin_object();
  json.key("title").text(content.title);
  json.key("verdict").text(content.verdict);
  json.key("reason").text(content.reason);
  json.key("events").unsigned_integer(history.event_count());
  json.key("marks").begin_array();
  for (const auto& [event, text] : content.marks) {
    json.begin_array();
    json.unsigned_integer(event);
    json.text(text);
    json.end_array();
  }
  json.end_array();
  json.key("history").begin_array();
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const engine::HistoryOperation& operation = history.operations()[position];
    const std::uint32_t client = operation.id.client.value;
    json.begin_array();
    json.text(client < content.clients.size() ? content.clients[client]
                                              : "c" + std::to_string(client));
    json.unsigned_integer(operation.invoked_at);
    json.integer(operation.is_open() ? -1 : static_cast<std::int64_t>(operation.responded_at));
    std::string text = operation.operation.to_json();
    if (!operation.is_open()) text += " -> " + operation.result.to_json();
    json.text(text);
    json.integer(in_core[position] ? 1 : 0);
    json.end_array();
  }
  json.end_array();
  json.end_object();
  return std::string(head) +
         "<h1 id=\"title\"></h1>\n<script>const data = " + for_script(json.str()) + ";</script>" +
         body;
}

}  // namespace stampede::checkers
