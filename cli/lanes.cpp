#include "cli/lanes.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "cli/shown_text.hpp"
#include "engine/core/document.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

using engine::EventKind;

/// Step and time stand in front of the lanes.
constexpr std::size_t front_width = 20;
/// The last lane has at least this for its text.
constexpr std::size_t room_of_last = 40;
constexpr std::size_t spacing_max = 26;

/// At most `size` characters, the last of them dots if some are left out.
std::string cut(const std::string& text, std::size_t size) {
  std::size_t characters = 0;
  std::size_t keep = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool continues = (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
    if (continues) continue;
    if (characters + 3 == size) keep = at;
    if (++characters > size) return text.substr(0, keep) + "...";
  }
  return text;
}

std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char character) {
    return (static_cast<unsigned char>(character) & 0xc0) != 0x80;
  }));
}

/// Of a message: what it is, and who sent it.
std::string decision_words(const engine::Event& event, const engine::NodeNames& names) {
  const std::string type(event.type);
  const std::string message = type + " < " + names.of(event.peer);
  switch (event.kind) {
    case EventKind::deliver:
      return message;
    case EventKind::ignore:
      return message + ", ignored";
    case EventKind::duplicate:
      return message + ", copied";
    case EventKind::drop:
    case EventKind::corrupt:
      return message + ", lost";
    case EventKind::fire:
      return "! " + type;
    case EventKind::begin:
      return "begin " + std::string(event.detail);
    default: {
      const std::string kind = boost::describe::enum_to_string(event.kind, "?");
      return type.empty() ? kind : kind + " " + type;
    }
  }
}

/// `log 3`; `leading`, or `not leading`.
std::string change_words(const std::string& what, const engine::Document& value) {
  if (value.text == "true") return what;
  if (value.text == "false") return "not " + what;
  return what + " " + value.to_plain_text();
}

}  // namespace

Lanes::Lanes(engine::NodeNames names, std::uint64_t from, std::uint64_t to, bool coloured,
             std::function<void(const std::string&)> print)
    : names_(std::move(names)),
      from_(from),
      to_(to),
      coloured_(coloured),
      print_(std::move(print)) {
  const std::size_t lanes = std::max<std::size_t>(names_.size(), 2) - 1;
  spacing_ = std::clamp<std::size_t>((width - front_width - room_of_last) / lanes, 1, spacing_max);
}

void Lanes::event(const engine::Event& event) {
  if (event.step > to_) return;
  if (is_decision(event.kind)) {
    finish();
    begin(event);
  } else if (told_.step != 0) {
    add_effect(event);
  }
}

void Lanes::finish() {
  if (told_.step != 0 && told_.step >= from_) {
    if (!head_printed_) print_head();
    print_step();
  }
  told_ = {};
}

void Lanes::begin(const engine::Event& event) {
  told_ = {event.step, event.time, event.node, {decision_words(event, names_)}};
}

void Lanes::add_effect(const engine::Event& event) {
  switch (event.kind) {
    case EventKind::send:
      return add_send(event);
    case EventKind::observe:
      return add_changes(event);
    case EventKind::respond:
      told_.parts.push_back("answered " + std::string(event.detail));
      return;
    case EventKind::probe:
      told_.parts.push_back("reached " + std::string(event.type));
      return;
    case EventKind::note:
      told_.parts.emplace_back(event.detail);
      return;
    case EventKind::violation:
      told_.violated = true;
      told_.parts.push_back("VIOLATES " + std::string(event.type));
      return;
    default:
      return;
  }
}

void Lanes::add_send(const engine::Event& event) {
  const std::string receiver = names_.of(event.peer);
  if (told_.sending == event.type) {
    told_.parts.back() += " " + receiver;
    return;
  }
  told_.sending = event.type;
  told_.parts.push_back(told_.sending + " > " + receiver);
}

void Lanes::add_changes(const engine::Event& event) {
  const engine::Document observation =
      engine::parse_json(std::string(event.detail), "an observation");
  const engine::Document* group = observation.find("group");
  const std::string of_group = group == nullptr ? std::string() : "@" + group->text;
  for (const engine::Document::Entry& entry : observation.entries) {
    if (entry.key == "group") continue;
    const std::string value = entry.value.to_plain_text();
    const auto [known, first] = shown_.try_emplace({event.node, entry.key + of_group}, value);
    // Nothing is what everybody begins with.
    const bool same = first ? value == "0" || value == "false" : known->second == value;
    known->second = value;
    if (!same) told_.parts.push_back(change_words(entry.key + of_group, entry.value));
  }
}

std::size_t Lanes::column_of(NodeId node) const {
  if (node == no_node) return front_width;
  return std::min(front_width + node.value * spacing_, width - room_of_last);
}

std::string Lanes::colour() const {
  constexpr std::array colours = {"\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[34m", "\x1b[35m"};
  if (told_.violated) return "\x1b[1;31m";
  if (told_.node == no_node) return "\x1b[2m";
  return colours[told_.node.value % colours.size()];
}

void Lanes::print_head() {
  head_printed_ = true;
  std::string head = "   step          ms ";
  for (std::uint32_t i = 0; i < names_.size() && spacing_ > 2; ++i) {
    head.resize(column_of(NodeId{i}), ' ');
    head += cut(cli::shown(names_.all()[i]), spacing_ - 1);
  }
  print_(head);
}

/// As many parts on a line as fit.
void Lanes::print_step() {
  const std::size_t column = column_of(told_.node);
  const std::size_t room = width - column;
  std::array<char, 64> front{};
  std::snprintf(front.data(), front.size(), "%7llu %11.3f ",
                static_cast<unsigned long long>(told_.step),
                static_cast<double>(told_.time.nanoseconds) / 1e6);
  std::string before = front.data();
  std::string line;
  for (const std::string& part : told_.parts) {
    const std::string text = cut(cli::shown(part), room);
    if (!line.empty() && length_of(line) + 2 + length_of(text) > room) {
      print_line(before, column, line);
      before.assign(front_width, ' ');
      line = text;
    } else {
      line += (line.empty() ? "" : "; ") + text;
    }
  }
  print_line(before, column, line);
}

void Lanes::print_line(const std::string& front, std::size_t column, const std::string& text) {
  std::string line = front;
  line.resize(column, ' ');
  const std::size_t end = column + length_of(text);
  std::string behind;
  for (std::uint32_t i = 0; i < names_.size() && spacing_ > 2; ++i) {
    const std::size_t lane = column_of(NodeId{i});
    if (lane < column) line[lane] = '|';
    if (lane <= end) continue;
    behind.resize(lane - end, ' ');
    behind += '|';
  }
  print_(line + (coloured_ ? colour() + text + "\x1b[0m" : text) + behind);
}

void print_lane(const std::string& line) {
  // What has colours was passed through `shown` before it got them.
  if (line.find('\x1b') != std::string::npos) return write_raw_to_stdout(line + "\n");
  std::puts(line.c_str());
}

bool wants_colour() {
  const char* refused = std::getenv("NO_COLOR");
  return ::isatty(1) == 1 && (refused == nullptr || *refused == 0);
}

}  // namespace stampede::cli
