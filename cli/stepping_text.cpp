#include "cli/stepping_text.hpp"

#include <algorithm>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

/// Behind the number of a step and its time.
constexpr std::size_t text_column = 20;

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string left(const std::string& text, std::size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 0, ' ');
}

std::string indented(const std::string& text) { return std::string(text_column, ' ') + text; }

std::string foresight_text(const explain::Foresight& foresight, std::size_t depth,
                           const engine::NodeNames& names) {
  const std::string worlds = grouped(foresight.worlds) + " worlds";
  if (foresight.violation) {
    std::string path;
    for (const engine::Decision& decision : foresight.path)
      path += (path.empty() ? " by " : "; ") + decision_text(decision, names);
    return "violates " + foresight.violation->property + (path.empty() ? " at once" : path);
  }
  if (!foresight.whole) return "nothing in " + worlds + ", where the search ended";
  return "nothing within " + std::to_string(depth) +
         (depth == 1 ? " further step (" : " further steps (") + worlds + ")";
}

std::string standing_of(const engine::World& world, NodeId node) {
  const engine::LocalState& local = world.local(node);
  if (!local.up) return local.incarnation == 0 ? "not booted" : "down";
  std::string text = local.paused ? "paused" : "up";
  if (!local.held.empty()) text += ", saving";
  if (world.facets(node).empty()) return text;
  const engine::Observation& shown = world.shown(node, 0);
  text += shown.recovering ? ", recovering" : shown.leading ? ", leading" : "";
  return text + ", epoch " + std::to_string(shown.epoch) + ", log " +
         std::to_string(shown.log.size()) + ", committed " + std::to_string(shown.committed);
}

}  // namespace

std::string decision_text(const engine::Decision& decision, const engine::NodeNames& names) {
  engine::Decision bare = decision;
  bare.at.reset();
  bare.choices.clear();
  if (decision.kind == engine::DecisionKind::complete)
    return "complete " + names.of(decision.node) + " " + decision.name;
  std::string text = engine::decision_lines(engine::decision_document(bare, names)).front();
  return text.erase(text.find(':'), 1);
}

std::vector<std::string> offer_lines(const explain::Session& session,
                                     const std::vector<explain::Offer>& offers,
                                     const std::optional<explain::ForesightBound>& bound) {
  const engine::World& world = session.world();
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (const explain::Offer& offer : offers)
    width = std::max(width, decision_text(offer.decision, world.names()).size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    const explain::Offer& offer = offers[i];
    std::string line = right(std::to_string(i + 1), 4) + "  " +
                       left(decision_text(offer.decision, world.names()), width);
    if (offer.due) {
      const engine::Time now = world.now();
      line += *offer.due <= now ? "  now" : "  in " + engine::to_string(*offer.due - now);
    }
    if (offer.cut) line += "  (cut)";
    if (bound) {
      line += "  " +
              foresight_text(session.foresee(offer.decision, *bound), bound->depth, world.names());
    }
    lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  if (offers.empty()) lines.emplace_back("nothing is enabled");
  return lines;
}

std::vector<std::string> difference_lines(const explain::States& before,
                                          const explain::States& after,
                                          const engine::NodeNames& names) {
  std::vector<std::string> lines;
  for (std::uint32_t i = 0; i < after.size(); ++i) {
    const auto is_down = [](const engine::Document& state) {
      return state.kind == engine::Document::Kind::null;
    };
    std::string change;
    if (is_down(before[i]) != is_down(after[i])) {
      change = is_down(after[i]) ? "goes down" : "comes up";
    } else {
      change = engine::difference_text(engine::difference(before[i], after[i]));
    }
    if (!change.empty()) lines.push_back(indented(names.of(NodeId{i}) + ": " + change));
  }
  return lines;
}

std::vector<std::string> overview_lines(const explain::Session& session) {
  const engine::World& world = session.world();
  std::string first = "step " + std::to_string(world.step()) + ", " +
                      engine::to_string(world.now()) + ", " + std::to_string(session.depth()) +
                      (session.depth() == 1 ? " choice" : " choices");
  first += session.run().in_time()
               ? ", in time"
               : ", by script: " + std::to_string(session.run().script_left()) + " items left";
  std::vector<std::string> lines = {first};
  for (std::uint32_t i = 0; i < world.node_count(); ++i)
    lines.push_back("  " + left(world.name(NodeId{i}), 4) + "  " + standing_of(world, NodeId{i}));
  return lines;
}

std::vector<std::string> network_lines(const explain::Session& session) {
  const engine::World& world = session.world();
  std::vector<std::string> lines;
  for (const engine::MessageSlot slot : world.in_flight()) {
    const engine::InFlight& message = world.message(slot);
    std::string line = "  " + engine::message_text(engine::name_of(message), world.names());
    if (session.run().is_held(message)) line += "  (held)";
    if (!world.up(message.to)) line += "  (its receiver is down)";
    lines.push_back(line + "  " + message.payload.to_json(&world.names()));
  }
  if (lines.empty()) lines.emplace_back("nothing is in flight");
  std::string cut;
  for (std::uint32_t from = 0; from < world.node_count(); ++from) {
    for (std::uint32_t to = 0; to < world.node_count(); ++to) {
      if (session.run().is_cut(NodeId{from}, NodeId{to}))
        cut += " " + world.name(NodeId{from}) + "->" + world.name(NodeId{to});
    }
  }
  if (!cut.empty()) lines.push_back("cut:" + cut);
  return lines;
}

std::vector<std::string> history_lines(const engine::World& world) {
  std::vector<std::string> lines;
  for (const engine::History* history : {&world.history(), &world.administration()}) {
    for (const engine::HistoryOperation& operation : history->operations()) {
      std::string line = right(std::to_string(operation.invoked_step), 7) + "  " +
                         to_string(operation.id) + " " +
                         operation.operation.to_json(&world.names());
      line += operation.is_open() ? ": open"
                                  : ": " + operation.result.to_json(&world.names()) + " at step " +
                                        std::to_string(operation.responded_step);
      lines.push_back(std::move(line));
    }
  }
  if (lines.empty()) lines.emplace_back("no operation was invoked");
  return lines;
}

std::vector<std::string> violation_lines(const explain::Session& session) {
  std::vector<std::string> lines;
  for (const engine::Violation& violation : session.violations())
    lines.push_back("violated: " + violation_text({violation, 0, {}}));
  if (lines.empty()) lines.emplace_back("nothing is violated");
  return lines;
}

// ----- what is made -----

void TurnLines::event(const engine::Event& event) {
  using engine::EventKind;
  if (is_decision(event.kind)) {
    end_sends();
    engine::Event bare = event;
    if (event.kind != EventKind::begin && event.kind != EventKind::drop) bare.detail = {};
    lines_.push_back(right(std::to_string(event.step), 7) + "  " +
                     right(engine::to_string(event.time), 9) + "  " +
                     engine::event_text(bare, names_));
  } else if (event.kind == EventKind::send) {
    sends_ += (sends_.empty() ? "sends " : ", ") + std::string(event.type) + " " +
              names_.of(event.node) + "->" + names_.of(event.peer);
  } else if (event.kind == EventKind::respond || event.kind == EventKind::violation ||
             event.kind == EventKind::probe || event.kind == EventKind::note) {
    lines_.push_back(indented(engine::event_text(event, names_)));
  }
}

void TurnLines::end_sends() {
  if (!sends_.empty()) lines_.push_back(indented(std::exchange(sends_, {})));
}

std::vector<std::string> TurnLines::take() {
  end_sends();
  return std::exchange(lines_, {});
}

}  // namespace stampede::cli
