#include "histories/report/page.hpp"

#include "checkers/description.hpp"
#include "engine/core/json.hpp"

namespace stampede::histories {
namespace {

/// The page around the data. `rows` are [lane, from, to or -1, text, whether it is in the story
/// shown (set by the page), times, note] each, `bands` [from, to, text], arrows of stories [row,
/// row, label].
constexpr const char* head = R"page(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
:root{--ink:#222;--paper:#fff;--line:#ccc;--faint:#777}
body{font:14px system-ui,sans-serif;margin:1em;color:var(--ink);background:var(--paper)}
h1{font-size:1.2em;margin:0 0 .3em}.violated{color:#b00020}.ok{color:#1b6e2c}.undecided,.vacuous{color:#8a5a00}
p{margin:.4em 0}canvas{width:100%;border:1px solid var(--line);cursor:grab}button{margin-right:.5em}
#told{min-height:2.6em;font-family:monospace;white-space:pre-wrap}
#key{color:var(--faint)}#key i{display:inline-block;width:1em;height:.8em;margin:0 .3em 0 1em}
#stories button{font-family:monospace}#stories .chosen{font-weight:bold;outline:2px solid #e05050}
#sentences{margin:.3em 0;padding-left:1.6em}
table{border-collapse:collapse;font-family:monospace}td{vertical-align:top}td:nth-child(2){white-space:nowrap}td,th{padding:.15em .8em;text-align:left;
border-bottom:1px solid var(--line)}
@media (prefers-color-scheme: dark){:root{--ink:#ddd;--paper:#181818;--line:#444;--faint:#999}
.violated{color:#ff6b7d}.ok{color:#6fcf7f}.undecided,.vacuous{color:#e0b050}}
</style>
)page";

constexpr const char* body = R"page(
<p id="reason"></p><p id="stories"></p><ol id="sentences"></ol>
<p><button id="near">Around the core</button><button id="all">Whole history</button>
<button id="in">Closer</button><button id="out">Farther</button>
<span id="shown"></span></p>
<canvas id="lanes"></canvas>
<p id="key"><i style="background:#e05050"></i>core<i style="background:#6fa8dc"></i>completed
<i style="background:#e0b050"></i>open<i style="background:#c785003a"></i>fault.
Drag to move, wheel to zoom, point at one to read it.</p>
<p id="told"></p><table id="core"></table>
<script>
"use strict";
document.title = data.title;
const $ = id => document.getElementById(id), canvas = $("lanes");
$("title").textContent = data.title + ": " + data.verdict;
$("title").className = data.verdict;
$("reason").textContent = data.reason;
const ops = data.rows, last = data.events, bands = data.bands, stories = data.stories;
let story = { rows: [], arrows: [], sentences: [] }, core = [], order = new Map();
function choose(chosen) {
  for (const o of core) o[4] = 0;
  story = chosen;
  core = story.rows.map(row => ops[row]);
  for (const o of core) o[4] = 1;
  order = new Map();
  for (const o of core) if (!order.has(o[0])) order.set(o[0], order.size);
  for (const o of ops) if (!order.has(o[0])) order.set(o[0], order.size);
  $("sentences").replaceChildren(...story.sentences.map(sentence => {
    const line = document.createElement("li");
    line.textContent = sentence;
    return line;
  }));
  [...$("stories").children].forEach((button, i) => button.className = stories[i] === story ? "chosen" : "");
  $("core").replaceChildren();
  for (const o of core.slice(0, 100)) {
    const line = $("core").insertRow();
    for (const text of [o[0], span(o), o[3], o[5], o[6]]) line.insertCell().textContent = text;
  }
}
if (stories.length > 1 || stories.some(s => s.name)) for (const s of stories) {
  const button = $("stories").appendChild(document.createElement("button"));
  button.textContent = s.name;
  button.onclick = () => { choose(s); near(); draw(); };
}
const row = 22, left = 90, above = 24, most = 400;
const end = o => o[2] < 0 ? last : o[2];
const span = o => "[" + o[1] + ", " + (o[2] < 0 ? "..." : o[2]) + "]";
let from = 0, to = last, hits = [];
function near() {
  if (!core.length) { from = -1; to = Math.min(last, 200); return; }
  from = Infinity; to = 0;
  for (const o of core) { from = Math.min(from, o[1]); to = Math.max(to, o[2] < 0 ? o[1] : o[2]); }
  const margin = Math.max(5, (to - from) * 0.15);
  from = Math.max(-1, from - margin); to = Math.min(last + 1, to + margin);
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
function draw() {
  const scale = devicePixelRatio || 1, width = canvas.clientWidth;
  const shown = ops.filter(o => o[1] <= to && end(o) >= from);
  const lanes = [...new Set(shown.map(o => o[0]))].sort((a, b) => order.get(a) - order.get(b));
  const place = new Map(lanes.slice(0, most).map((lane, i) => [lane, i]));
  const tall = place.size * row + above + 4;
  canvas.style.height = tall + "px"; canvas.width = width * scale; canvas.height = tall * scale;
  const pen = canvas.getContext("2d"); pen.scale(scale, scale); pen.font = "12px monospace";
  const x = e => left + (e - from) / (to - from) * (width - left - 10);
  const ink = dark ? "#ddd" : "#222";
  let free = 0;
  for (const [begin, stop, text] of bands) if (begin <= to && stop >= from) {
    // Between two events: what came before it had happened.
    const a = Math.max(left, x(begin - 0.5)), b = Math.min(width - 4, x(stop - 0.5));
    pen.fillStyle = "#c785003a"; pen.fillRect(a, 0, Math.max(2, b - a), tall);
    if (a < free) continue;
    const words = text.length * 7.3 < Math.max(b - a, 120) ? text : text.slice(0, Math.max(12, (b - a) / 7.3)) + "…";
    pen.fillStyle = dark ? "#e0b050" : "#8a5a00"; pen.fillText(words, a + 3, 13);
    free = a + words.length * 7.3 + 8;
  }
  pen.fillStyle = ink;
  for (const [lane, i] of place) pen.fillText(String(lane).slice(0, 12), 4, above + i * row + 14);
  hits = [];
  // The core last: nothing hides it.
  for (const o of [...shown.filter(o => !o[4]), ...shown.filter(o => o[4])]) {
    const i = place.get(o[0]);
    if (i === undefined) continue;
    const a = Math.max(left, x(o[1])), b = o[2] < 0 ? width - 4 : Math.min(width - 4, x(o[2]));
    const y = above + i * row, w = Math.max(o[4] ? 4 : 2, b - a);
    pen.fillStyle = o[4] ? "#e05050" : o[2] < 0 ? "#e0b050" : "#6fa8dc";
    pen.fillRect(a, y, w, row - 5);
    if (w > 30) {
      pen.save(); pen.beginPath(); pen.rect(a, y, w, row); pen.clip();
      pen.fillStyle = "#000"; pen.fillText(o[3], a + 3, y + 13); pen.restore();
    }
    hits.push([a, y, w, o]);
  }
  // From the middle of what is seen of one to that of the other, bent so that two do not cover each other.
  const middle = o => {
    const a = Math.max(left, x(o[1])), b = o[2] < 0 ? width - 4 : Math.min(width - 4, x(o[2]));
    return [Math.min(Math.max((a + b) / 2, left), width - 4), above + place.get(o[0]) * row + 8];
  };
  for (const [begin, end_, label] of story.arrows) {
    const o = ops[begin], p = ops[end_];
    if (!place.has(o[0]) || !place.has(p[0])) continue;
    const [ax, ay] = middle(o), [bx, by] = middle(p);
    const long = Math.hypot(bx - ax, by - ay) || 1, bend = Math.min(40, long / 4);
    const cx = (ax + bx) / 2 - (by - ay) / long * bend, cy = (ay + by) / 2 + (bx - ax) / long * bend;
    pen.strokeStyle = pen.fillStyle = dark ? "#fff" : "#000"; pen.lineWidth = 1.5;
    pen.beginPath(); pen.moveTo(ax, ay); pen.quadraticCurveTo(cx, cy, bx, by); pen.stroke();
    const turn = Math.atan2(by - cy, bx - cx);
    pen.beginPath(); pen.moveTo(bx, by);
    for (const side of [-0.4, 0.4]) pen.lineTo(bx - 9 * Math.cos(turn + side), by - 9 * Math.sin(turn + side));
    pen.fill();
    const lx = (ax + 2 * cx + bx) / 4, ly = (ay + 2 * cy + by) / 4, wide = label.length * 7.3 + 4;
    pen.fillStyle = dark ? "#181818" : "#fff"; pen.fillRect(lx - wide / 2, ly - 8, wide, 15);
    pen.fillStyle = dark ? "#fff" : "#000"; pen.fillText(label, lx - wide / 2 + 2, ly + 4);
  }
  $("shown").textContent = shown.length + " of " + ops.length + " " + data.noun + " of " +
    (lanes.length > most ? most + " of " : "") + lanes.length + " clients, events " +
    Math.max(0, Math.ceil(from)) + " to " + Math.min(last - 1, Math.floor(to));
}
function tell(e) {
  const box = canvas.getBoundingClientRect(), px = e.clientX - box.left, py = e.clientY - box.top;
  const at = from + (px - left) / (box.width - left - 10) * (to - from) + 0.5;
  const hit = hits.findLast(h => px >= h[0] && px <= h[0] + h[2] && py >= h[1] && py < h[1] + row);
  const during = bands.filter(b => b[0] <= at && at <= b[1] && px > left).map(b => b[2]).join("; ");
  $("told").textContent = !hit ? during : hit[3][0] + " " + span(hit[3]) + " " + hit[3][3] +
    (hit[3][5] ? ", " + hit[3][5] : "") + (hit[3][6] ? "\n" + hit[3][6] : "") +
    (during ? "\nduring " + during : "");
}
function zoom(by, mid = (from + to) / 2) {
  const a = Math.max(-1, mid - (mid - from) * by), b = Math.min(last + 1, mid + (to - mid) * by);
  if (b - a >= 3) { from = a; to = b; draw(); }
}
let held = null;
canvas.onmousedown = e => held = e.clientX;
onmouseup = () => held = null;
canvas.onmousemove = e => {
  if (held === null) return tell(e);
  let by = (held - e.clientX) / canvas.clientWidth * (to - from);
  by = Math.min(Math.max(by, -1 - from), last + 1 - to);
  held = e.clientX; from += by; to += by; draw();
};
canvas.onwheel = e => {
  e.preventDefault();
  const at = (e.clientX - canvas.getBoundingClientRect().left - left) / (canvas.clientWidth - left - 10);
  zoom(e.deltaY > 0 ? 1.25 : 0.8, from + Math.min(Math.max(at, 0), 1) * (to - from));
};
$("near").onclick = () => { near(); draw(); };
$("all").onclick = () => { from = -1; to = last + 1; draw(); };
$("in").onclick = () => zoom(0.5);
$("out").onclick = () => zoom(2);
if (stories.length) choose(stories[0]); else choose(story);
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

void fill_page(const engine::History& history, const std::vector<std::size_t>& core,
               const std::vector<std::string>& clients, const std::vector<Note>& notes,
               PageContent& content) {
  auto note = notes.begin();
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const engine::HistoryOperation& operation = history.operations()[position];
    PageContent::Row row;
    row.lane = checkers::client_name(operation.id, clients);
    row.from = operation.invoked_at;
    row.text = operation.operation.to_json();
    if (!operation.is_open()) {
      row.to = operation.responded_at;
      row.text += " -> " + operation.result.to_json();
    }
    row.times = checkers::times_of(operation);
    for (; note != notes.end() && note->position == position; ++note) {
      row.note += (row.note.empty() ? "" : "; ") + note->text;
    }
    content.rows.push_back(std::move(row));
  }
  content.events = history.event_count();
  if (!core.empty()) content.stories.push_back({{}, {}, core, {}});
}

std::string history_page(const PageContent& content) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("title").text(content.title);
  json.key("verdict").text(content.verdict);
  json.key("reason").text(content.reason);
  json.key("noun").text(content.noun);
  json.key("events").unsigned_integer(content.events);
  json.key("bands").begin_array();
  for (const Band& band : content.bands) {
    json.begin_array();
    json.unsigned_integer(band.from);
    json.unsigned_integer(band.to);
    json.text(band.text);
    json.end_array();
  }
  json.end_array();
  json.key("rows").begin_array();
  for (const PageContent::Row& row : content.rows) {
    json.begin_array();
    json.text(row.lane);
    json.unsigned_integer(row.from);
    json.integer(row.to ? static_cast<std::int64_t>(*row.to) : -1);
    json.text(row.text);
    json.integer(0);
    json.text(row.times);
    json.text(row.note);
    json.end_array();
  }
  json.end_array();
  json.key("stories").begin_array();
  for (const PageContent::Story& story : content.stories) {
    json.begin_object();
    json.key("name").text(story.name);
    json.key("sentences");
    engine::write(json, story.sentences);
    json.key("rows");
    json.begin_array();
    for (const std::size_t row : story.rows) json.unsigned_integer(row);
    json.end_array();
    json.key("arrows").begin_array();
    for (const PageContent::Story::Arrow& arrow : story.arrows) {
      json.begin_array();
      json.unsigned_integer(arrow.from);
      json.unsigned_integer(arrow.to);
      json.text(arrow.label);
      json.end_array();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return std::string(head) +
         "<h1 id=\"title\"></h1>\n<script>const data = " + for_script(json.str()) + ";</script>" +
         body;
}

}  // namespace stampede::histories
