#include "cli/stepping.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "cli/command.hpp"
#include "cli/stepping_text.hpp"
#include "engine/core/error.hpp"
#include "engine/core/flow_text.hpp"

namespace stampede::cli {
namespace {

using engine::InputError;

engine::DecisionReader reader_of(const scenarios::Scenario& scenario) {
  std::vector<std::string> names;
  std::vector<const engine::ProcessType*> types;
  const engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  for (const engine::NodeSpec& node : assembly.nodes) {
    names.push_back(node.name);
    types.push_back(&node.boot.type());
  }
  return {engine::NodeNames(std::move(names)), std::move(types), assembly.membership,
          scenario.model->uses_service ? scenario.cluster.service : nullptr};
}

/// `put x 1` in flow YAML: `{put: [x, 1]}`.
std::string flow_of(const std::vector<std::string>& words, std::size_t count) {
  if (count == 1) return words.front();
  std::string arguments;
  for (std::size_t i = 1; i < count; ++i) arguments += (i == 1 ? "" : ", ") + words[i];
  return "{" + words.front() + ": " + (count == 2 ? arguments : "[" + arguments + "]") + "}";
}

}  // namespace

Stepping::Stepping(explain::Session& session, std::string source, std::int64_t parent, bool silent)
    : session_(session),
      source_(std::move(source)),
      parent_(parent),
      silent_(silent),
      reader_(reader_of(session.scenario())) {
  const auto& clients = session.world().membership().clients().nodes();
  if (!clients.empty()) client_ = clients.front();
  judged_ = judged();
}

void Stepping::print(const std::vector<std::string>& lines) const {
  if (silent_) return;
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

Stepping::Words Stepping::words_of(const std::string& text) {
  Words words;
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return words;
  words.rest = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
  for (std::size_t at = 0; at < words.rest.size();) {
    const std::size_t end = std::min(words.rest.find_first_of(" \t", at), words.rest.size());
    if (end > at) words.list.push_back(words.rest.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

const std::vector<Stepping::Command>& Stepping::commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> list = commands_to_look();
    for (auto* more : {&commands_to_choose, &commands_of_ways}) {
      for (Command& command : more()) list.push_back(std::move(command));
    }
    return list;
  }();
  return all;
}

std::vector<std::string> Stepping::begun_by(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name.starts_with(word)) names.push_back(command.name);
  }
  return names;
}

const Stepping::Command* Stepping::find(const std::string& word) {
  const auto named = [](const std::string& name) {
    const auto& all = commands();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Command& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
  };
  if (const Command* exact = named(word)) return exact;
  const std::vector<std::string> begun = begun_by(word);
  return begun.size() == 1 ? named(begun.front()) : nullptr;
}

void Stepping::obey(const std::string& line) {
  Words words = words_of(line);
  if (words.list.empty() || words.rest.front() == '#') return;
  const std::string first = words.list.front();
  if (first.find_first_not_of("0123456789") == std::string::npos && words.list.size() == 1)
    return take(words);
  const Command* command = find(first);
  if ((command == nullptr || command->name != first) && invoke(words.rest)) return;
  if (command == nullptr) {
    const std::vector<std::string> begun = begun_by(first);
    if (!begun.empty())
      throw InputError("'" + first + "' begins several commands", engine::comma_list(begun));
    engine::fail_unknown({}, "command", first, begun_by(""), "'help' lists them");
  }
  words = words_of(words.rest.substr(first.size()));
  if (words.list.size() < command->least || words.list.size() > command->most) {
    throw InputError(
        command->arguments.empty() ? "'" + command->name + "' takes nothing"
                                   : "'" + command->name + "' takes other arguments",
        "write: " + command->name + (command->arguments.empty() ? "" : " " + command->arguments));
  }
  (this->*command->does)(words);
}

bool Stepping::invoke(const std::string& line) {
  const engine::ServiceType* service = session_.scenario().cluster.service;
  if (client_ == no_node || service == nullptr) return false;
  const Words words = words_of(line);
  std::size_t count = words.list.size();
  const bool directed = count >= 3 && words.list[count - 2] == "to";
  if (directed) count -= 2;
  const engine::Document here = engine::text_document(line);
  std::vector<std::pair<std::string, engine::Document>> entries = {
      {"client", engine::text_document(node_names().of(client_))},
      {"operation", engine::parse_flow(flow_of(words.list, count), here)}};
  if (directed) entries.emplace_back("to", engine::text_document(words.list.back()));
  try {
    decide(read("invoke", engine::mapping_document(std::move(entries))));
  } catch (const InputError& error) {
    if (error.message().starts_with("unknown operation")) return false;
    throw;
  }
  return true;
}

engine::Decision Stepping::read(const std::string& action, engine::Document value) {
  return reader_.read(engine::mapping_document({{action, std::move(value)}}));
}

NodeId Stepping::read_node(const std::string& name) const {
  const auto node = node_names().find(name);
  if (!node) engine::fail_unknown({}, "node", name, node_names().all());
  return *node;
}

std::uint64_t Stepping::read_number(const std::string& word, const std::string& what) const {
  constexpr std::size_t digits_max = 18;
  if (word.empty() || word.size() > digits_max ||
      word.find_first_not_of("0123456789") != std::string::npos)
    throw InputError("'" + word + "' is not " + what, "write a number");
  return std::stoull(word);
}

std::vector<std::string> Stepping::judged() const {
  std::vector<std::string> properties;
  const auto& known = session_.world().violations();
  for (const engine::Violation& violation : session_.violations()) {
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto& one) { return one.property == violation.property; }))
      properties.push_back(violation.property);
  }
  return properties;
}

// ----- what is there -----

void Stepping::help(const Words& words) {
  const std::vector<std::string> wanted =
      words.list.empty() ? begun_by("") : begun_by(words.list.front());
  if (wanted.empty())
    engine::fail_unknown({}, "command", words.list.front(), begun_by(""), "'help' lists them");
  constexpr std::size_t column = 34;
  std::vector<std::string> lines;
  for (const std::string& name : wanted) {
    const Command& command = *find(name);
    std::string line = "  " + name + (command.arguments.empty() ? "" : " ") + command.arguments;
    line.resize(std::max(line.size() + 2, column), ' ');
    lines.push_back(line + command.about);
  }
  if (words.list.empty()) {
    lines.emplace_back(
        "A number takes that of the list. What is no command is an operation: put x 1");
    lines.emplace_back("Commands may be cut short where only one begins so. # begins a comment.");
  }
  print(lines);
}

void Stepping::list(const Words& words) {
  std::optional<explain::ForesightBound> bound;
  if (!words.list.empty()) {
    bound.emplace();
    bound->depth = read_number(words.list[0], "a number of steps");
    if (words.list.size() > 1) bound->worlds_max = read_number(words.list[1], "a number of worlds");
    bound->interrupted = interrupted;
  }
  const std::vector<explain::Offer> offers = session_.offers();
  print(offer_lines(session_, offers, bound));
}

void Stepping::show(const Words& words) {
  if (words.list.empty()) return print(overview_lines(session_));
  const NodeId node = read_node(words.list.front());
  if (!session_.world().up(node))
    throw InputError("'" + words.list.front() + "' is down", "'restart' starts it");
  print({session_.world().state_json(node)});
}

void Stepping::diff(const Words& words) {
  std::optional<explain::States> before;
  if (words.list.empty()) {
    before = session_.states_before();
  } else if (!(before = session_.states_at(words.list.front()))) {
    before = session_.states_at(read_number(words.list.front(), "a mark, a branch or a step"));
    if (!before) throw InputError("no turn has come to that step", "'continue' goes further");
  }
  std::vector<std::string> lines =
      difference_lines(*before, explain::states_of(session_.world()), node_names());
  if (lines.empty()) lines.emplace_back("no node is other than it was");
  print(lines);
}

void Stepping::network(const Words&) { print(network_lines(session_)); }
void Stepping::history(const Words&) { print(history_lines(session_.world())); }
void Stepping::violations(const Words&) { print(violation_lines(session_)); }

void Stepping::faults(const Words&) {
  std::vector<std::string> lines;
  for (const faults::Fault& fault : session_.scenario().faults) lines.push_back("  " + fault.name);
  if (lines.empty()) lines.emplace_back("the scenario has none");
  print(lines);
}

void Stepping::names(const Words&) {
  std::vector<std::string> lines;
  for (const auto& [name, at] : session_.names()) {
    lines.push_back(std::string(at.is_current ? "* " : "  ") + name + ": " +
                    (at.is_branch ? "branch" : "mark") + ", step " + std::to_string(at.step));
  }
  print(lines);
}

std::vector<Stepping::Command> Stepping::commands_to_look() {
  using S = Stepping;
  return {
      {"help", "[COMMAND]", "what there is", Names::command, 0, 1, &S::help},
      {"list", "[DEPTH [WORLDS]]", "what is enabled; what each would violate within so many more",
       Names::nothing, 0, 2, &S::list},
      {"show", "[NODE]", "its state; where the session stands", Names::node, 0, 1, &S::show},
      {"diff", "[NAME|STEP]", "what changed since then; by default with the last choice",
       Names::name, 0, 1, &S::diff},
      {"network", "", "what is in flight, held and cut", Names::nothing, 0, 0, &S::network},
      {"history", "", "what clients asked and were told", Names::nothing, 0, 0, &S::history},
      {"violations", "", "what is violated so far", Names::nothing, 0, 0, &S::violations},
      {"faults", "", "those of the scenario", Names::nothing, 0, 0, &S::faults},
      {"names", "", "marks and branches", Names::nothing, 0, 0, &S::names},
  };
}

// ----- completion -----

std::vector<std::string> Stepping::completions(const std::string& before) const {
  const std::size_t begun_at = before.find_last_of(' ') + 1;
  const std::string begun = before.substr(begun_at);
  const Words words = words_of(before.substr(0, begun_at));
  std::set<std::string> all;
  const auto add_nodes = [&] { all.insert(node_names().all().begin(), node_names().all().end()); };
  const Command* command = words.list.empty() ? nullptr : find(words.list.front());
  if (words.list.empty()) {
    for (std::string& name : begun_by("")) all.insert(std::move(name));
  } else if (command == nullptr || command->names == Names::node) {
    add_nodes();
  } else if (command->names == Names::command) {
    for (std::string& name : begun_by("")) all.insert(std::move(name));
  } else if (command->names == Names::fault) {
    for (const faults::Fault& fault : session_.scenario().faults) all.insert(fault.name);
  } else if (command->names == Names::name) {
    for (const auto& [name, at] : session_.names()) all.insert(name);
  } else if (command->names == Names::what_to_save) {
    all = {"run", "script", "test"};
  } else if (command->names == Names::link) {
    for (const std::string& from : node_names().all()) {
      for (const std::string& to : node_names().all()) {
        if (from != to) all.insert(from + "->" + to);
      }
    }
  } else if (command->names == Names::timer && words.list.size() == 2) {
    add_nodes();
  } else if (command->names != Names::nothing) {
    // The words of what is enabled, as far as it says the same.
    for (const engine::Decision& decision : explain::enabled(session_.world())) {
      const Words offered = words_of(decision_text(decision, node_names()));
      const bool fits =
          is_about_message(decision.kind)
              ? command->names == Names::message
              : decision.kind == engine::DecisionKind::fire && command->names == Names::timer;
      if (fits && offered.list.size() > words.list.size() &&
          std::equal(words.list.begin() + 1, words.list.end(), offered.list.begin() + 1))
        all.insert(offered.list[words.list.size()]);
    }
  }
  std::vector<std::string> fitting;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
               [&](const std::string& one) { return one.starts_with(begun); });
  return fitting;
}

}  // namespace stampede::cli
