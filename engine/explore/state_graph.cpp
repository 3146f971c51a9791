#include "engine/explore/state_graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <deque>
#include <map>
#include <ostream>
#include <set>

#include "engine/core/watch.hpp"
#include "engine/explore/exact_set.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::engine {
namespace {

/// Worlds by content.
class Numbering {
 public:
  explicit Numbering(StateGraph& graph) : graph_(graph) {}
  /// Its number; a new one is added at the end.
  std::uint32_t of(PackedWorld world) {
    const auto [first, last] = by_hash_.equal_range(world.hash);
    for (auto place = first; place != last; ++place) {
      if (graph_.worlds[place->second] == world) return place->second;
    }
    const auto number = static_cast<std::uint32_t>(graph_.worlds.size());
    by_hash_.emplace(world.hash, number);
    graph_.worlds.push_back(std::move(world));
    graph_.found_by.push_back(UINT32_MAX);
    return number;
  }

 private:
  StateGraph& graph_;
  std::multimap<std::uint64_t, std::uint32_t> by_hash_;
};

/// Something here may wait for what the search was not given: a restart, a timer of a kind that has
/// no budget or has spent it, or worlds beyond the caps.
bool waits(const StateSpace& space, const PackedWorld& world) {
  const TransitionSettings& settings = space.settings().transitions;
  if (settings.within_caps) return true;
  for (const std::uint32_t local : world.locals) {
    const LocalState& state = space.transitions().local(local);
    if (!state.up || !state.timers.empty()) return true;
    for (const NamedType* type : state.process.type().timer_types) {
      if (!space.transitions().keeps_timer(*type)) return true;
    }
  }
  return false;
}

/// A packed world as monitors that judge at the end look at it.
class WorldAtRest final : public WorldView {
 public:
  WorldAtRest(const StateSpace& space, const PackedWorld& world) : space_(space), world_(world) {}
  const Membership& membership() const override { return space_.transitions().membership(); }
  const Group& group(NodeId node) const override { return space_.transitions().group(node); }
  const std::vector<Facet>& facets(NodeId node) const override {
    return space_.transitions().facets(node);
  }
  const Observation& shown(NodeId node, std::size_t facet) const override {
    return space_.transitions().shown(world_.local(node))[facet];
  }
  bool up(NodeId node) const override { return space_.local(world_, node).up; }
  bool correct(NodeId node) const override { return space_.transitions().correct(node); }
  const LocalState& local(NodeId node) const override { return space_.local(world_, node); }
  bool keeps_timer(const NamedType& type) const override {
    return space_.transitions().keeps_timer(type);
  }
  const Payload& options(NodeId node) const override {
    return space_.transitions().nodes()[node.value].options;
  }
  std::string name(NodeId node) const override {
    return space_.transitions().nodes()[node.value].name;
  }
  std::size_t node_count() const override { return space_.node_count(); }

 private:
  const StateSpace& space_;
  const PackedWorld& world_;
};

/// What a fair schedule owes: this message to its receiver, or this to that node.
using Duty = std::pair<std::uint32_t, std::uint64_t>;

class Judging {
 public:
  Judging(StateSpace& space, const StateGraph& graph) : space_(space), graph_(graph) {
    first_edge_.assign(graph.worlds.size() + 1, static_cast<std::uint32_t>(graph.edges.size()));
    for (std::size_t i = graph.edges.size(); i > 0; --i)
      first_edge_[graph.edges[i - 1].from] = static_cast<std::uint32_t>(i - 1);
    for (std::size_t i = graph.worlds.size(); i > 0; --i)
      first_edge_[i - 1] = std::min(first_edge_[i - 1], first_edge_[i]);
    mark_ends();
  }

  /// `position` is the monitor's among those of the space.
  void judge(const Monitor& prototype, std::size_t position, EventuallyResult& result) {
    const std::unique_ptr<Monitor> monitor = prototype.clone();
    missing_.assign(graph_.worlds.size(), {});
    for (std::uint32_t world = 0; world < graph_.worlds.size(); ++world) {
      if (!may_end_[world]) continue;
      const std::uint32_t knowledge = graph_.worlds[world].knowledge;
      monitor->restore(space_.monitors().state(knowledge, position));
      missing_[world] = missing_at(*monitor, world);
    }
    bool undecided = false;
    for (std::uint32_t world = 0; world < graph_.worlds.size(); ++world) {
      if (missing_[world].empty() || first_edge_[world] != first_edge_[world + 1]) continue;
      if (graph_.waits_for_budget[world]) {
        undecided = true;
        continue;
      }
      NeverHolds found{schedule_to(world), 0};
      found.cycle_from = found.found.path.size();
      result.violated.push_back(std::move(found));
      return;
    }
    if (find_cycle(result)) return;
    if (undecided)
      result.undecided.push_back(monitor->property() + ": something waits for a spent budget");
  }

 private:
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

  /// The strongly connected part of each world.
  static std::vector<std::uint32_t> components_of(const Graph& graph) {
    std::vector<std::uint32_t> component(boost::num_vertices(graph));
    boost::strong_components(graph, boost::make_iterator_property_map(
                                        component.begin(), boost::get(boost::vertex_index, graph)));
    return component;
  }

  /// Marks where a schedule may stay for ever: where nothing is possible, and on cycles.
  void mark_ends() {
    Graph whole(graph_.worlds.size());
    for (const StateGraph::Edge& edge : graph_.edges) boost::add_edge(edge.from, edge.to, whole);
    const std::vector<std::uint32_t> component = components_of(whole);
    may_end_.assign(graph_.worlds.size(), false);
    for (const StateGraph::Edge& edge : graph_.edges) {
      if (component[edge.from] == component[edge.to]) may_end_[edge.from] = true;
    }
    for (std::size_t world = 0; world < graph_.worlds.size(); ++world) {
      if (first_edge_[world] == first_edge_[world + 1]) may_end_[world] = true;
    }
  }

  [[nodiscard]] std::vector<Violation> missing_at(Monitor& monitor, std::uint32_t world) const {
    const WorldAtRest view(space_, graph_.worlds[world]);
    std::vector<Violation> reported;
    const History history;
    Judge judge{view, reported, monitor.property(), &monitor.group_in(view.membership())};
    monitor.finished({history, true}, judge);
    return reported;
  }

  /// To what does not hold there.
  [[nodiscard]] FoundInSearch schedule_to(std::uint32_t world) const {
    FoundInSearch found{missing_[world].front(), {}, {}};
    for (; graph_.found_by[world] != UINT32_MAX; world = graph_.edges[graph_.found_by[world]].from)
      found.path.push_back(graph_.edges[graph_.found_by[world]].step);
    std::reverse(found.path.begin(), found.path.end());
    found.begun = graph_.begun[world];
    return found;
  }

  [[nodiscard]] static bool owes(const PathStep& step) {
    return step.transition != PairMap::none && step.kind != Candidate::crash;
  }
  [[nodiscard]] Duty duty_of(const PathStep& step) const {
    const Transition& transition = space_.transitions().transition(step.transition);
    if (step.kind == Candidate::deliver) return {UINT32_MAX, step.message};
    const Stimulus& stimulus = transition.stimulus;
    Hasher what;
    if (stimulus.kind == Input::Kind::timer) {
      // Its slot says nothing of it: that is another one where other timers are armed.
      const TimerSlot& timer =
          space_.transitions().local(transition.before).timers.at(stimulus.subject);
      what.add(timer.type->name_hash);
      what.add(timer.instance.hash());
      what.add(timer.value.hash());
    } else {
      what.add(stimulus.subject);
      what.add_bytes(stimulus.file);
    }
    return {transition.node.value * 16 + static_cast<std::uint32_t>(transition.kind),
            what.finish()};
  }

  /// A strongly connected part of the worlds where it does not hold, in which nothing that is
  /// possible all along is left undone.
  bool find_cycle(EventuallyResult& result) {
    Graph part(graph_.worlds.size());
    for (const StateGraph::Edge& edge : graph_.edges) {
      if (!missing_[edge.from].empty() && !missing_[edge.to].empty())
        boost::add_edge(edge.from, edge.to, part);
    }
    const std::vector<std::uint32_t> component = components_of(part);
    std::vector<std::vector<std::uint32_t>> members(graph_.worlds.size());
    for (std::uint32_t world = 0; world < graph_.worlds.size(); ++world) {
      if (!missing_[world].empty()) members[component[world]].push_back(world);
    }
    // The one found first is nearest to the beginning.
    std::sort(members.begin(), members.end(), [](const auto& left, const auto& right) {
      return (left.empty() ? UINT32_MAX : left.front()) <
             (right.empty() ? UINT32_MAX : right.front());
    });
    for (const std::vector<std::uint32_t>& worlds : members) {
      if (worlds.empty() || !is_fair(worlds)) continue;
      NeverHolds found{schedule_to(worlds.front()), 0};
      found.cycle_from = found.found.path.size();
      const std::vector<PathStep> around = once_around(worlds);
      found.found.path.insert(found.found.path.end(), around.begin(), around.end());
      found.found.violation.message += ", for ever";
      result.violated.push_back(std::move(found));
      return true;
    }
    return false;
  }

  [[nodiscard]] bool is_fair(const std::vector<std::uint32_t>& worlds) const {
    const std::set<std::uint32_t> inside(worlds.begin(), worlds.end());
    std::set<Duty> always;
    std::set<Duty> done;
    bool has_edge = false;
    bool first = true;
    for (const std::uint32_t world : worlds) {
      std::set<Duty> here;
      for (std::uint32_t i = first_edge_[world]; i < first_edge_[world + 1]; ++i) {
        const StateGraph::Edge& edge = graph_.edges[i];
        const bool stays = inside.count(edge.to) != 0;
        has_edge = has_edge || stays;
        if (!owes(edge.step)) continue;
        here.insert(duty_of(edge.step));
        if (stays) done.insert(duty_of(edge.step));
      }
      if (first) {
        always = std::move(here);
      } else {
        std::erase_if(always, [&](const Duty& duty) { return here.count(duty) == 0; });
      }
      first = false;
    }
    return has_edge && std::all_of(always.begin(), always.end(),
                                   [&](const Duty& duty) { return done.count(duty) != 0; });
  }

  /// A closed walk from the first of these worlds through all of them (through one other, if there
  /// are many).
  [[nodiscard]] std::vector<PathStep> once_around(const std::vector<std::uint32_t>& worlds) const {
    constexpr std::size_t many = 32;
    const std::set<std::uint32_t> inside(worlds.begin(), worlds.end());
    std::vector<PathStep> walk;
    std::uint32_t at = worlds.front();
    for (std::size_t i = 1; i < worlds.size() && worlds.size() <= many; ++i) {
      const auto more = way(at, worlds[i], inside);
      walk.insert(walk.end(), more.begin(), more.end());
      at = worlds[i];
    }
    const auto home = way(at, worlds.front(), inside);
    walk.insert(walk.end(), home.begin(), home.end());
    return walk;
  }

  /// A shortest walk of at least one step.
  [[nodiscard]] std::vector<PathStep> way(std::uint32_t from, std::uint32_t to,
                                          const std::set<std::uint32_t>& inside) const {
    std::map<std::uint32_t, std::uint32_t> by;
    std::deque<std::uint32_t> open = {from};
    while (!open.empty() && by.count(to) == 0) {
      const std::uint32_t at = open.front();
      open.pop_front();
      for (std::uint32_t i = first_edge_[at]; i < first_edge_[at + 1]; ++i) {
        const std::uint32_t next = graph_.edges[i].to;
        if (inside.count(next) != 0 && by.emplace(next, i).second) open.push_back(next);
      }
    }
    std::vector<PathStep> walk;
    std::uint32_t at = to;
    do {
      const StateGraph::Edge& edge = graph_.edges[by.at(at)];
      walk.push_back(edge.step);
      at = edge.from;
    } while (at != from);
    std::reverse(walk.begin(), walk.end());
    return walk;
  }

  StateSpace& space_;
  const StateGraph& graph_;
  std::vector<std::uint32_t> first_edge_;
  std::vector<bool> may_end_;
  std::vector<std::vector<Violation>> missing_;
};

NodeNames names_of(const StateSpace& space) {
  std::vector<std::string> names;
  for (const NodeSpec& node : space.transitions().nodes()) names.push_back(node.name);
  return NodeNames(std::move(names));
}

std::string label(const StateSpace& space, const NodeNames& names, const PathStep& step) {
  std::string text = kind_name(step.kind);
  if (is_about_message(step.kind)) {
    const PackedMessage& message = space.message(step.message);
    const bool begins = step.transition != PairMap::none &&
                        space.transitions().transition(step.transition).begun != PairMap::none;
    const MessageName name{message.type->name,
                           instance_name(*message.type, message.instance),
                           message.from,
                           message.to,
                           0,
                           0};
    return text + " " + message_text(name, names) + (begins ? ", begin" : "");
  }
  const Transition& transition = space.transitions().transition(step.transition);
  if (step.kind != Candidate::fire) return text + " " + names.of(transition.node);
  const TimerSlot& timer =
      space.transitions().local(transition.before).timers.at(transition.stimulus.subject);
  TimerName name = name_of(timer, transition.node);
  name.nth = 0;
  return text + " " + timer_text(name, names);
}

std::string description(const StateSpace& space, const NodeNames& names, const PackedWorld& world) {
  std::string text;
  for (const std::uint32_t local : world.locals) {
    const LocalState& state = space.transitions().local(local);
    text += (text.empty() ? "" : "\n") + names.of(NodeId{space.transitions().facts(local).node});
    if (!state.up) {
      text += " down";
      continue;
    }
    JsonWriter json(&names);
    state.process.type().write(json, state.process.get());
    text += " " + json.str();
  }
  return text;
}

std::string escaped(const std::string& text, bool xml) {
  std::string out;
  for (const char letter : text) {
    if (xml && letter == '<') {
      out += "&lt;";
    } else if (xml && letter == '>') {
      out += "&gt;";
    } else if (xml && letter == '&') {
      out += "&amp;";
    } else if (!xml && (letter == '"' || letter == '\\')) {
      out += '\\';
      out += letter;
    } else if (!xml && letter == '\n') {
      out += "\\n";
    } else {
      out += letter;
    }
  }
  return out;
}

}  // namespace

namespace {

/// What ends the building, or nothing: after each world, and now.
class GraphLimits {
 public:
  explicit GraphLimits(const SearchSettings& limits) : limits_(limits) {}
  std::string reached(const StateGraph& graph) {
    if (graph.worlds.size() > limits_.states_max) return "states";
    return ++asked_ % 64 == 0 ? now(graph) : "";
  }
  std::string now(const StateGraph& graph) {
    const std::uint64_t memory = memory_in_use();
    if (memory + memory / 256 > limits_.memory_max) return "memory";
    if (!limits_.go_on) return "";
    SearchFigures figures;
    figures.unique_states = figures.generated_states = graph.worlds.size();
    figures.memory_bytes = memory;
    return limits_.go_on(figures) ? "" : "interrupted";
  }

 private:
  const SearchSettings& limits_;
  std::uint64_t asked_ = 0;
};

}  // namespace

StateGraph build_graph(StateSpace& space, const SearchSettings& limits) {
  StateGraph graph;
  GraphLimits watched(limits);
  Numbering numbers(graph);
  const auto boot = [&] {
    std::vector<BrokenRoot> broken;
    for (Root& root : space.initial(broken)) {
      if (numbers.of(std::move(root.world)) != graph.begun.size()) continue;
      graph.begun.push_back(std::move(root.begun));
      graph.reason = watched.reached(graph);
      if (!graph.complete()) return;
    }
  };
  const auto expand = [&](std::uint32_t at) {
    const PackedWorld world = graph.worlds[at];
    bool offered = false;
    space.expand(world, [&](const Candidate& candidate) {
      offered = true;
      if (space.threw(candidate) || !graph.complete()) return;
      PackedWorld next;
      space.apply_unhashed(world, candidate, space.judge(world, candidate).knowledge, next);
      next.hash = space.hash_anew(next);
      const std::size_t before = graph.worlds.size();
      const std::uint32_t to = numbers.of(std::move(next));
      if (to == before) graph.reason = watched.reached(graph);
      const auto edge = static_cast<std::uint32_t>(graph.edges.size());
      graph.edges.push_back({at, to, step_of(world, candidate)});
      if (to == before) graph.found_by[to] = edge;
    });
    graph.waits_for_budget.push_back(!offered && waits(space, world));
  };
  const Watch watch([&] {
    graph.reason = watched.now(graph);
    if (!graph.complete()) throw SearchStopped{};
  });
  try {
    boot();
    for (std::uint32_t at = 0; at < graph.worlds.size() && graph.complete(); ++at) expand(at);
  } catch (const SearchStopped&) {
  }
  graph.waits_for_budget.resize(graph.worlds.size());
  return graph;
}

EventuallyResult judge_eventually(StateSpace& space, const StateGraph& graph,
                                  const std::vector<std::unique_ptr<Monitor>>& monitors) {
  EventuallyResult result;
  Judging judging(space, graph);
  for (std::size_t position = 0; position < monitors.size(); ++position) {
    const std::unique_ptr<Monitor>& monitor = monitors[position];
    if ((monitor->hooks() & Monitor::hook_finish) == 0) continue;
    if (graph.complete()) {
      judging.judge(*monitor, position, result);
    } else {
      result.undecided.push_back(
          monitor->property() + ": " +
          (graph.reason == "states"
               ? "more than " + std::to_string(graph.worlds.size() - 1) + " worlds"
               : "stopped by " + graph.reason + " before the last world"));
    }
  }
  return result;
}

void write_graph(const StateSpace& space, const StateGraph& graph, GraphFormat format,
                 std::ostream& out) {
  const bool xml = format == GraphFormat::graphml;
  const NodeNames names = names_of(space);
  if (xml) {
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
           "  <key id=\"state\" for=\"node\" attr.name=\"state\" attr.type=\"string\"/>\n"
           "  <key id=\"decision\" for=\"edge\" attr.name=\"decision\" attr.type=\"string\"/>\n"
           "  <graph edgedefault=\"directed\">\n";
  } else {
    out << "digraph states {\n  node [shape=box, fontname=monospace];\n";
  }
  for (std::size_t i = 0; i < graph.worlds.size(); ++i) {
    const std::string text = escaped(description(space, names, graph.worlds[i]), xml);
    if (xml) {
      out << "    <node id=\"n" << i << "\"><data key=\"state\">" << text << "</data></node>\n";
    } else {
      out << "  n" << i << " [label=\"" << text << "\"];\n";
    }
  }
  for (const StateGraph::Edge& edge : graph.edges) {
    const std::string text = escaped(label(space, names, edge.step), xml);
    if (xml) {
      out << "    <edge source=\"n" << edge.from << "\" target=\"n" << edge.to
          << "\"><data key=\"decision\">" << text << "</data></edge>\n";
    } else {
      out << "  n" << edge.from << " -> n" << edge.to << " [label=\"" << text << "\"];\n";
    }
  }
  out << (xml ? "  </graph>\n</graphml>\n" : "}\n");
}

}  // namespace stampede::engine
