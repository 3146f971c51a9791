#include "cli/lanes.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace stampede;
using engine::Event;
using engine::EventKind;
using Lines = std::vector<std::string>;

constexpr NodeId r0{0};
constexpr NodeId r1{1};
constexpr NodeId c0{2};

Event told(EventKind kind, std::uint64_t step, NodeId node, NodeId peer = no_node,
           std::string_view type = {}, std::string_view detail = {}) {
  Event event;
  event.kind = kind;
  event.step = step;
  event.time = engine::microseconds(static_cast<std::int64_t>(1'500 * step));
  event.node = node;
  event.peer = peer;
  event.type = type;
  event.detail = detail;
  return event;
}

/// What is printed of the events, up to step `to`.
Lines lanes_of(const std::vector<Event>& events, bool coloured = false,
               std::uint64_t to = UINT64_MAX, std::vector<std::string> names = {"r0", "r1", "c0"}) {
  Lines lines;
  cli::Lanes lanes(engine::NodeNames(std::move(names)), 1, to, coloured,
                   [&](const std::string& line) { lines.push_back(line); });
  for (const Event& event : events) lanes.event(event);
  lanes.finish();
  return lines;
}

constexpr const char* unchanged =
    R"({"operational":true,"leading":true,"epoch":0,"log":1,"committed":0})";
constexpr const char* changed =
    R"({"operational":true,"leading":false,"epoch":2,"log":1,"committed":0})";

}  // namespace

TEST_CASE("lanes: a column for each node, and of what nodes show only what changed", "[unit]") {
  const Lines lines = lanes_of(
      {told(EventKind::restart, 1, r0), told(EventKind::observe, 1, r0, no_node, "", unchanged),
       told(EventKind::begin, 2, c0, no_node, "", R"({"put":["x","1"]})"),
       told(EventKind::send, 2, c0, r0, "Request"), told(EventKind::deliver, 3, r0, c0, "Request"),
       told(EventKind::observe, 3, r0, no_node, "", unchanged),
       told(EventKind::send, 3, r0, r1, "Prepare"), told(EventKind::send, 3, r0, c0, "Prepare"),
       told(EventKind::drop, 4, r1, r0, "Prepare"), told(EventKind::fire, 5, r0, no_node, "Tick"),
       told(EventKind::observe, 5, r0, no_node, "", changed),
       told(EventKind::violation, 5, r0, no_node, "agreement"),
       told(EventKind::begin_fault, 6, no_node, no_node, "partition")});
  CHECK(lines ==
        Lines{"   step          ms r0                        r1                        c0",
              "      1       1.500 restart; operational; leading; log 1                |",
              "      2       3.000 |                         |                         begin "
              "{\"put\":[\"x\",\"1\"]}; Request > r0",
              "      3       4.500 Request < c0; Prepare > r1 c0                       |",
              "      4       6.000 |                         Prepare < r0, lost        |",
              "      5       7.500 ! Tick; not leading; epoch 2; VIOLATES agreement    |",
              "      6       9.000 begin_fault partition     |                         |"});
}

TEST_CASE("lanes: no line is wider than 120 characters, however many nodes there are", "[unit]") {
  for (const std::size_t nodes : {1U, 2U, 5U, 9U, 63U}) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < nodes; ++i) names.push_back("replica" + std::to_string(i));
    const NodeId last{static_cast<std::uint32_t>(nodes - 1)};
    const std::string text(300, 'x');
    std::vector<Event> events;
    for (std::uint64_t step = 1; step < 20; ++step) {
      events.push_back(told(EventKind::deliver, step, last, NodeId{0}, "Prepare"));
      events.push_back(told(EventKind::note, step, last, no_node, "", text));
      for (int i = 0; i < 9; ++i)
        events.push_back(told(EventKind::probe, step, last, no_node, "a-rare-situation"));
    }
    for (const std::string& line : lanes_of(events, false, UINT64_MAX, names))
      CHECK(line.size() <= cli::Lanes::width);
  }
}

TEST_CASE("lanes: only ours are control sequences, and only where they are wanted", "[unit]") {
  const std::vector<Event> events = {told(EventKind::deliver, 1, r1, r0, "Pre\x1b[31mpare"),
                                     told(EventKind::violation, 1, r1, no_node, "agreement")};
  const Lines plain = lanes_of(events);
  CHECK(plain.back().find('\x1b') == std::string::npos);
  const Lines coloured = lanes_of(events, true);
  CHECK(coloured.back().find("\x1b[1;31mPre\\u001b[31mpare < r0; VIOLATES agreement\x1b[0m") !=
        std::string::npos);
}

TEST_CASE("lanes: what is behind the last step asked for is not told", "[unit]") {
  const Lines lines = lanes_of({told(EventKind::crash, 1, r0), told(EventKind::restart, 2, r0),
                                told(EventKind::probe, 2, r0, no_node, "late")},
                               false, 1);
  CHECK(lines.size() == 2);
  CHECK(lines.back().find("crash") != std::string::npos);
}
