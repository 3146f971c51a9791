// Worlds with more ways on than a search has room for.
#include <catch2/catch.hpp>

#include "engine/explore/search.hpp"
#include "engine/explore/state_graph.hpp"

namespace stampede::tests {
namespace {

using engine::SearchSettings;
using engine::Strategy;

struct Asked {};
STAMPEDE_VALUE(Asked);

/// Asks so many questions at once, with so many answers each.
struct Questioner {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<Asked>;
  std::uint32_t questions = 0;
  std::uint32_t answers = 0;
  std::uint64_t heard = 0;

  void start(Context& context) { context.arm(Asked{}, engine::milliseconds(1)); }
  void on(const Asked&, Context& context) {
    for (std::uint32_t i = 0; i < questions; ++i)
      heard = heard * answers + context.choose("which", answers);
  }
};
STAMPEDE_VALUE(Questioner, questions, answers, heard);

constexpr Questioner endless{40, 2, 0};

/// Boots in so many ways.
struct Starter {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<Asked>;
  std::uint32_t ways = 0;
  std::uint64_t heard = 0;

  void start(Context& context) { heard = context.choose("which", ways); }
  void on(const Asked&, Context&) {}
};
STAMPEDE_VALUE(Starter, ways, heard);

struct SearchedWidth {
  engine::SearchResult result;
  std::uint64_t memory = 0;
};

template <class Node>
engine::Assembly group_of(const std::vector<Node>& nodes) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (const Node& node : nodes) {
    members.push_back(NodeId{static_cast<std::uint32_t>(members.size())});
    assembly.nodes.push_back(
        {"q" + std::to_string(members.back().value), "questioner", engine::make_process(node), {}});
  }
  assembly.membership.add({"questioner", members});
  return assembly;
}

engine::SearchResult searched_boots(const std::vector<Starter>& nodes,
                                    const SearchSettings& settings) {
  engine::StateSpace space(group_of(nodes), {});
  return engine::search(space, settings);
}

SearchedWidth searched_width(const std::vector<Questioner>& nodes, const SearchSettings& settings) {
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  monitors.push_back(
      engine::node_property<Questioner>(
          "hears-nothing", "",
          [](const Questioner& node, const engine::NodeView& view) -> std::optional<std::string> {
            if (node.answers != 3 || node.heard != 2) return std::nullopt;
            return view.name() + " heard 2";
          })
          .make());
  engine::SpaceSettings space_settings;
  space_settings.budgets.timers = {{"Asked", 2}};
  engine::StateSpace space(group_of(nodes), std::move(monitors), space_settings);
  SearchedWidth searched;
  searched.result = engine::search(space, settings);
  searched.memory = engine::memory_in_use();
  return searched;
}

/// Each strategy, alone and with others where it can.
std::vector<SearchSettings> all_strategies() {
  std::vector<SearchSettings> all;
  for (const Strategy strategy :
       {Strategy::breadth_first, Strategy::depth_first, Strategy::random_walk, Strategy::novelty}) {
    for (const unsigned threads : {1U, 3U}) {
      SearchSettings settings;
      settings.strategy = strategy;
      settings.threads = threads;
      all.push_back(settings);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("search: memory is kept to within a step that has no end of outcomes", "[explore]") {
  for (SearchSettings settings : all_strategies()) {
    settings.memory_max = engine::memory_in_use() + (std::uint64_t{64} << 20);
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    const SearchedWidth searched = searched_width({{1, 2, 0}, endless}, settings);
    CHECK(searched.result.reason == "memory");
    CHECK(searched.memory <= settings.memory_max + settings.memory_max / 100);
  }
}

TEST_CASE("search: who watches stops it within a step that has no end of outcomes", "[explore]") {
  for (SearchSettings settings : all_strategies()) {
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    settings.go_on = [](const engine::SearchFigures& figures) {
      return figures.handler_runs < 1'000;
    };
    CHECK(searched_width({endless}, settings).result.reason == "interrupted");
  }
}

TEST_CASE("search: a world with more ways on than can be numbered ends it", "[explore]") {
  for (const SearchSettings& settings : all_strategies()) {
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    const engine::SearchResult result = searched_width({{1, 70'000, 0}}, settings).result;
    CHECK_FALSE(result.complete);
    CHECK(result.reason == "successors");
  }
}

TEST_CASE("search: the table of worlds grows within a batch of wide ones", "[explore]") {
  for (const SearchSettings& settings : all_strategies()) {
    if (settings.strategy > Strategy::depth_first) continue;
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    const engine::SearchResult result =
        searched_width({{1, 40, 0}, {1, 2'500, 0}}, settings).result;
    CHECK(result.complete);
    CHECK(result.figures.unique_states == 41 * 2'501);
  }
}

TEST_CASE("search: what was found before a step without end is told", "[explore]") {
  for (SearchSettings settings : all_strategies()) {
    if (settings.strategy > Strategy::depth_first) continue;
    settings.memory_max = engine::memory_in_use() + (std::uint64_t{64} << 20);
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    const engine::SearchResult result = searched_width({{1, 3, 0}, endless}, settings).result;
    CHECK(result.reason == "violation");
    REQUIRE(result.found.size() == 1);
    CHECK(result.found.front().violation.property == "hears-nothing");
    CHECK(result.found.front().path.size() == 1);
  }
}

TEST_CASE("search: worlds to begin at are numbered within what numbers hold", "[explore]") {
  for (const SearchSettings& settings : all_strategies()) {
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    const engine::SearchResult too_many = searched_boots({{70'000, 0}}, settings);
    CHECK_FALSE(too_many.complete);
    CHECK(too_many.reason == "successors");
    if (settings.strategy > Strategy::depth_first) continue;
    const engine::SearchResult many = searched_boots({{250, 0}, {260, 0}}, settings);
    CHECK(many.complete);
    CHECK(many.figures.unique_states == 65'000);
  }
}

TEST_CASE("search: who watches stops it while worlds to begin at are made", "[explore]") {
  for (SearchSettings settings : all_strategies()) {
    INFO(static_cast<int>(settings.strategy) << " " << settings.threads);
    int asked = 0;
    settings.go_on = [&](const engine::SearchFigures&) { return ++asked < 500; };
    CHECK(searched_boots({{1'000, 0}, {1'000, 0}}, settings).reason == "interrupted");
  }
}

TEST_CASE("graph: it has its limits while it boots", "[explore]") {
  SearchSettings settings;
  settings.states_max = 10;
  engine::StateSpace few(group_of(std::vector<Starter>{{100, 0}}), {});
  const engine::StateGraph graph = engine::build_graph(few, settings);
  CHECK(graph.reason == "states");
  CHECK(graph.worlds.size() == 11);
  int asked = 0;
  settings.go_on = [&](const engine::SearchFigures&) { return ++asked < 100; };
  engine::StateSpace many(group_of(std::vector<Starter>{{1'000, 0}, {1'000, 0}}), {});
  const engine::StateGraph interrupted = engine::build_graph(many, settings);
  CHECK(interrupted.reason == "interrupted");
  CHECK(interrupted.worlds.empty());
}

TEST_CASE("search: a batch that goes on behind what was found has no more states than it may",
          "[explore]") {
  SearchSettings settings;
  settings.states_max = 5;
  const engine::SearchResult result = searched_width({{1, 3, 0}, {1, 5'000, 0}}, settings).result;
  CHECK(result.reason == "violation");
  CHECK(result.figures.unique_states == 5);
}

}  // namespace stampede::tests
