// What can be chosen in a session.
#include <algorithm>
#include <csignal>
#include <deque>

#include "cli/command.hpp"
#include "cli/stepping.hpp"
#include "cli/stepping_text.hpp"
#include "engine/core/error.hpp"

namespace stampede::cli {
namespace {

using engine::DecisionKind;
using engine::InputError;
using scenarios::Choice;

constexpr const char* what_is_enabled = "'list' shows what is enabled, 'network' what is in flight";

std::string end_text(engine::EndReason end, bool in_time) {
  switch (end) {
    case engine::EndReason::finished:
      return in_time ? "the run is at its end" : "the script is over: 'leave' goes on in time";
    case engine::EndReason::virtual_time:
      return "virtual time is over (limits: virtual_time)";
    case engine::EndReason::decision_limit:
      return "as many decisions were made as may be (limits: decisions)";
    case engine::EndReason::queue_limit:
      return "too many events are pending";
    case engine::EndReason::broken:
      return "a handler threw: nothing follows";
    case engine::EndReason::stopped:
    case engine::EndReason::told:
      break;
  }
  return "the run ends here";
}

std::vector<std::string> remark_lines(const scenarios::Chosen& chosen) {
  std::vector<std::string> lines;
  const auto add = [&](const char* what, const std::vector<scenarios::ScriptRemark>& remarks) {
    for (const scenarios::ScriptRemark& remark : remarks) {
      lines.push_back(std::string(what) + ": script step " + std::to_string(remark.script_step) +
                      ": " + remark.text);
    }
  };
  add("skipped, not enabled", chosen.skipped);
  add("expectation failed", chosen.failed_expectations);
  return lines;
}

}  // namespace

void Stepping::make(const Choice& choice, const std::string& what) {
  const explain::States before = explain::states_of(session_.world());
  TurnLines lines(node_names());
  if (!session_.choose(choice, &lines).made)
    throw InputError("not possible here: " + what, what_is_enabled);
  print(lines.take());
  print(difference_lines(before, explain::states_of(session_.world()), node_names()));
  judge();
}

void Stepping::judge() {
  const std::vector<std::string> known = std::exchange(judged_, judged());
  for (const std::string& property : judged_) {
    if (std::find(known.begin(), known.end(), property) == known.end())
      print({"violated: " + property + " ('violations' says how)"});
  }
}

void Stepping::decide(engine::Decision decision) {
  const std::string what = decision_text(decision, node_names());
  make({Choice::Kind::decide, std::move(decision)}, what);
}

engine::Decision Stepping::offered(const std::string& number) const {
  const std::vector<explain::Offer> offers = session_.offers();
  const std::uint64_t place = read_number(number, "a number of the list");
  if (place == 0 || place > offers.size()) {
    throw InputError("the list has no " + number,
                     offers.empty() ? "nothing is enabled"
                                    : "it goes from 1 to " + std::to_string(offers.size()));
  }
  return offers[place - 1].decision;
}

void Stepping::take(const Words& words) { decide(offered(words.list.front())); }

void Stepping::next(const Words& words) {
  drive(words.list.empty() ? 1 : read_number(words.list.front(), "a number of decisions"), false);
}

void Stepping::go_on(const Words&) { drive(UINT64_MAX, true); }

void Stepping::drive(std::uint64_t most, bool until_violated) {
  // Of many turns the last ones are shown.
  const std::size_t shown_max = silent_ ? 0 : until_violated ? 10 : SIZE_MAX;
  const explain::States before = explain::states_of(session_.world());
  const std::size_t known = session_.world().violations().size();
  std::deque<std::vector<std::string>> turns;
  std::uint64_t hidden = 0;
  std::string end;
  TurnLines lines(node_names());
  for (std::uint64_t i = 0; i < most && end.empty(); ++i) {
    if (const int signal = take_interrupt()) {
      terminated_ = signal == SIGTERM;
      end = "interrupted";
      break;
    }
    const scenarios::Chosen chosen = session_.choose({}, silent_ ? nullptr : &lines);
    std::vector<std::string> turn = remark_lines(chosen);
    for (std::string& line : lines.take()) turn.push_back(std::move(line));
    turns.push_back(std::move(turn));
    if (turns.size() > shown_max) {
      turns.pop_front();
      ++hidden;
    }
    if (chosen.end) end = end_text(*chosen.end, session_.run().in_time());
    if (until_violated && session_.world().violations().size() > known) break;
  }
  if (hidden != 0) print({"    ... " + grouped(hidden) + " turns"});
  for (const std::vector<std::string>& turn : turns) print(turn);
  print(difference_lines(before, explain::states_of(session_.world()), node_names()));
  if (!end.empty()) print({end});
  judge();
}

void Stepping::leave(const Words&) {
  if (session_.run().in_time()) throw InputError("the run is in time already", "'next' goes on");
  make({Choice::Kind::leave_script, {}}, "leave");
  print({"in time from here on: the rest of the script is left out"});
}

// ----- messages -----

engine::MessageName Stepping::read_message(const Words& words) {
  if (words.list.size() > 1) return read("deliver", engine::text_document(words.rest)).message;
  const engine::Decision decision = offered(words.list.front());
  if (!is_about_message(decision.kind))
    throw InputError("number " + words.list.front() + " is no message", what_is_enabled);
  return decision.message;
}

template <DecisionKind kind>
void Stepping::about_message(const Words& words) {
  engine::Decision decision{kind};
  decision.message = read_message(words);
  if (kind == DecisionKind::drop) decision.text = "by hand";
  decide(std::move(decision));
}

template <Choice::Kind kind>
void Stepping::about_holding(const Words& words) {
  Choice choice{kind};
  choice.decision.message = read_message(words);
  make(choice, words.rest);
  print({(kind == Choice::Kind::hold ? "held: " : "released: ") +
         engine::message_text(choice.decision.message, node_names())});
}

template <Choice::Kind kind>
void Stepping::about_link(const Words& words) {
  if (kind == Choice::Kind::heal && words.rest == "all") return heal_all();
  const std::size_t arrow = words.rest.find("->");
  if ((arrow == std::string::npos) != (words.list.size() == 2))
    throw InputError("'" + words.rest + "' is not a link", "write r0->r1, or r0 r1 for both ways");
  const bool both = arrow == std::string::npos;
  Choice choice{kind};
  engine::MessageName& link = choice.decision.message;
  link.from = read_node(both ? words.list[0] : words.rest.substr(0, arrow));
  link.to = read_node(both ? words.list[1] : words.rest.substr(arrow + 2));
  make(choice, words.rest);
  if (!both) return;
  std::swap(link.from, link.to);
  // One of the two may be so already.
  session_.choose(choice);
}

void Stepping::heal_all() {
  bool healed = false;
  for (std::uint32_t from = 0; from < node_names().size(); ++from) {
    for (std::uint32_t to = 0; to < node_names().size(); ++to) {
      Choice choice{Choice::Kind::heal};
      choice.decision.message.from = NodeId{from};
      choice.decision.message.to = NodeId{to};
      healed |= session_.choose(choice).made;
    }
  }
  if (!healed) throw InputError("no link was cut by hand", "'end' ends a fault of the scenario");
}

// ----- nodes -----

void Stepping::fire(const Words& words) {
  if (words.list.size() > 1) return decide(read("fire", engine::text_document(words.rest)));
  engine::Decision decision = offered(words.list.front());
  if (decision.kind != DecisionKind::fire)
    throw InputError("number " + words.list.front() + " is no timer", what_is_enabled);
  decide(std::move(decision));
}

void Stepping::complete(const Words& words) {
  engine::Decision decision{DecisionKind::complete};
  decision.node = read_node(words.list.front());
  decision.name = words.list.size() > 1 ? words.list[1] : "durable";
  decide(std::move(decision));
}

void Stepping::crash(const Words& words) {
  engine::Document node = engine::text_document(words.list.front());
  if (words.list.size() == 1) return decide(read("crash", std::move(node)));
  decide(read("crash", engine::mapping_document({{"node", std::move(node)},
                                                 {"disk", engine::text_document(words.list[1])}})));
}

template <DecisionKind kind>
void Stepping::about_node(const Words& words) {
  engine::Decision decision{kind};
  decision.node = read_node(words.rest);
  decide(std::move(decision));
}

void Stepping::clock(const Words& words) {
  const bool monotonic = words.list.size() == 3 && words.list[2] == "monotonic";
  if (words.list.size() == 3 && !monotonic)
    throw InputError("'" + words.list[2] + "' is out of place", "write: clock r0 100ms monotonic");
  engine::Document both = engine::text_document(monotonic ? "true" : "false");
  both.quoted = false;
  decide(read("clock", engine::mapping_document({{"node", engine::text_document(words.list[0])},
                                                 {"advance", engine::text_document(words.list[1])},
                                                 {"monotonic", std::move(both)}})));
}

// ----- faults and clients -----

template <Choice::Kind kind>
void Stepping::about_fault(const Words& words) {
  const auto& faults = session_.scenario().faults;
  std::vector<std::string> known;
  for (const faults::Fault& fault : faults) known.push_back(fault.name);
  if (std::find(known.begin(), known.end(), words.rest) == known.end())
    engine::fail_unknown({}, "fault", words.rest, known, "'faults' lists those of the scenario");
  if (!session_.run().in_time())
    throw InputError("a script has no faults", "'leave' goes on in time");
  Choice choice{kind};
  choice.decision.name = words.rest;
  make(choice, words.rest);
}

void Stepping::client(const Words& words) {
  const NodeId node = read_node(words.rest);
  if (!session_.world().membership().clients().place(node))
    throw InputError("'" + words.rest + "' is not a client",
                     "clients are called c0, c1, and so on");
  client_ = node;
}

// ----- the commands -----

std::vector<Stepping::Command> Stepping::commands_to_choose() {
  constexpr std::size_t any = SIZE_MAX;
  using S = Stepping;
  return {
      {"take", "N", "that of the list", Names::nothing, 1, 1, &S::take},
      {"next", "[N]", "the next decision of what drives the run: its script, or time",
       Names::nothing, 0, 1, &S::next},
      {"continue", "", "the same, to the next violation or the end", Names::nothing, 0, 0,
       &S::go_on},
      {"leave", "", "leave the script: from here on in time", Names::nothing, 0, 0, &S::leave},
      {"deliver", "MESSAGE|N", "it arrives", Names::message, 1, any,
       &S::about_message<DecisionKind::deliver>},
      {"drop", "MESSAGE|N", "it is lost", Names::message, 1, any,
       &S::about_message<DecisionKind::drop>},
      {"duplicate", "MESSAGE|N", "a copy is made", Names::message, 1, any,
       &S::about_message<DecisionKind::duplicate>},
      {"corrupt", "MESSAGE|N", "it is damaged and discarded", Names::message, 1, any,
       &S::about_message<DecisionKind::corrupt>},
      {"hold", "MESSAGE|N", "it does not arrive by itself", Names::message, 1, any,
       &S::about_holding<Choice::Kind::hold>},
      {"release", "MESSAGE", "it may again", Names::message, 1, any,
       &S::about_holding<Choice::Kind::release>},
      {"fire", "TIMER|N", "a timer fires", Names::timer, 1, any, &S::fire},
      {"complete", "NODE [FILE]", "its save, or a disk request", Names::node, 1, 2, &S::complete},
      {"crash", "NODE [lose|keep|tear]", "what becomes of writes that were not synced", Names::node,
       1, 2, &S::crash},
      {"restart", "NODE", "it starts from its disk", Names::node, 1, 1,
       &S::about_node<DecisionKind::restart>},
      {"pause", "NODE", "it stands still", Names::node, 1, 1, &S::about_node<DecisionKind::pause>},
      {"resume", "NODE", "it goes on", Names::node, 1, 1, &S::about_node<DecisionKind::resume>},
      {"wipe", "NODE", "the disk of a node that is down is gone", Names::node, 1, 1,
       &S::about_node<DecisionKind::wipe>},
      {"clock", "NODE DURATION [monotonic]", "its wall clock moves, or both clocks", Names::node, 2,
       3, &S::clock},
      {"cut", "A->B | A B", "a link, or both ways", Names::link, 1, 2,
       &S::about_link<Choice::Kind::cut>},
      {"heal", "A->B | A B | all", "what was cut", Names::link, 1, 2,
       &S::about_link<Choice::Kind::heal>},
      {"begin", "FAULT", "a fault of the scenario, whatever its time says", Names::fault, 1, any,
       &S::about_fault<Choice::Kind::begin_fault>},
      {"end", "FAULT", "it", Names::fault, 1, any, &S::about_fault<Choice::Kind::end_fault>},
      {"client", "NODE", "who asks for operations; at first c0", Names::node, 1, 1, &S::client},
  };
}

}  // namespace stampede::cli
