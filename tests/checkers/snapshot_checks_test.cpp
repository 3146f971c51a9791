// The generic checks of logs where logs start after a snapshot: what is forgotten is no violation,
// and a snapshot that is wrong is.
#include <catch2/catch.hpp>

#include "checkers/monitors/agreement.hpp"
#include "engine/core/random.hpp"

namespace stampede::tests {
namespace {

using Log = engine::SharedLog<OperationId>;
using engine::Observation;

constexpr OperationId operation(std::uint32_t number) { return {ClientId{0}, number}; }

/// What nodes show, told to all generic checks of logs.
class Stage final : public engine::WorldView {
 public:
  explicit Stage(std::uint32_t nodes) : shown_(nodes) {
    std::vector<NodeId> members;
    for (std::uint32_t i = 0; i < nodes; ++i) members.push_back(NodeId{i});
    membership_.add({"replica", members});
    facets_ = {{&membership_.main(), 0, nullptr}};
    for (const auto& make : {checkers::agreement, checkers::durability,
                             checkers::acknowledged_on_majority, checkers::at_most_once})
      monitors_.push_back(engine::for_group(make(), 0, make().name).make());
  }

  /// The node shows this log, committed and executed up to there.
  void show(std::uint32_t node, const Log& log, std::uint64_t committed) {
    Observation next;
    next.operational = true;
    next.log.show<OperationId>(log, [](const OperationId& id) { return id; });
    next.committed = next.executed = committed;
    const Observation before = std::exchange(shown_[node], next);
    const engine::ObservationChanged change{NodeId{node}, 0, before, shown_[node]};
    for (const auto& monitor : monitors_) {
      if ((monitor->watches() & change.fields) == 0) continue;
      engine::Judge judge{*this, reported_, monitor->property()};
      monitor->observed(change, judge);
    }
  }
  void answer(std::uint32_t number) {
    const Result result;
    for (const auto& monitor : monitors_) {
      engine::Judge judge{*this, reported_, monitor->property()};
      monitor->responded({NodeId{0}, operation(number), result}, judge);
    }
  }
  [[nodiscard]] std::vector<std::string> violated() const {
    std::vector<std::string> texts;
    for (const engine::Violation& violation : reported_)
      texts.push_back(violation.property + ": " + violation.message);
    return texts;
  }

  // ----- WorldView -----
  const engine::Membership& membership() const override { return membership_; }
  const engine::Group& group(NodeId) const override { return membership_.main(); }
  const std::vector<engine::Facet>& facets(NodeId) const override { return facets_; }
  const Observation& shown(NodeId node, std::size_t) const override { return shown_[node.value]; }
  bool up(NodeId) const override { return true; }
  const engine::LocalState& local(NodeId) const override { return none_; }
  bool keeps_timer(const engine::NamedType&) const override { return true; }
  const engine::Payload& options(NodeId) const override { return no_options_; }
  std::string name(NodeId node) const override { return "n" + std::to_string(node.value); }
  std::size_t node_count() const override { return shown_.size(); }

 private:
  engine::Membership membership_;
  std::vector<engine::Facet> facets_;
  std::vector<Observation> shown_;
  std::vector<std::unique_ptr<engine::Monitor>> monitors_;
  std::vector<engine::Violation> reported_;
  engine::LocalState none_;
  engine::Payload no_options_;
};

Log log_of(std::uint32_t first, std::uint32_t last) {
  Log log;
  for (std::uint32_t number = first; number <= last; ++number) log.push_back(operation(number));
  return log;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("snapshots: forgetting, and starting where another has forgotten, is no violation",
          "[checkers]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  for (std::uint32_t number = 1; number <= 6; ++number) {
    stage.show(0, all.prefix(number), number);
    stage.show(1, all.prefix(number), number);
    stage.answer(number);
  }
  stage.show(0, all.forgetting(5), 6);
  stage.show(1, all.forgetting(6), 6);
  // Nobody has the first five entries any more.
  stage.show(2, Log::after(5, all.prefix_hash(5)), 5);
  Log later = all.forgetting(5);
  later.push_back(operation(7));
  stage.show(0, later, 7);
  stage.show(2, later, 7);
  stage.answer(7);
  stage.show(1, later.forgetting(7), 7);
  CHECK(stage.violated() == Texts{});
}

TEST_CASE("snapshots: one that skips an entry is caught", "[checkers]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  stage.show(0, all, 6);
  // The second node took a snapshot of the first three for one of the first two.
  Log skipped = Log::after(2, all.prefix_hash(2));
  for (std::uint32_t number = 4; number <= 6; ++number) skipped.push_back(operation(number));
  stage.show(1, skipped, 5);
  CHECK(
      stage.violated() ==
      Texts{
          "agreement: operation number 3 is c0.3 as committed by n0 and c0.4 as committed by n1"});
}

TEST_CASE("snapshots: no-ops are called so where committed logs differ", "[checkers][regress]") {
  const OperationId no_op{ClientId{0}, 0};
  const OperationId another{ClientId{1}, 0};
  const auto told = [](OperationId first, OperationId second) {
    Stage stage(2);
    Log left;
    left.push_back(first);
    Log right;
    right.push_back(second);
    stage.show(0, left, 1);
    stage.show(1, right, 1);
    return stage.violated();
  };
  CHECK(told(no_op, another) == Texts{"agreement: operation number 1 is a no-op as committed by n0 "
                                      "and another no-op as committed by n1"});
  CHECK(told(operation(1), no_op) == Texts{"agreement: operation number 1 is c0.1 as committed by "
                                           "n0 and a no-op as committed by n1"});
}

TEST_CASE("snapshots: one with a hash that is not the prefix's is caught", "[checkers]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  stage.show(0, all, 6);
  stage.show(1, Log::after(4, all.prefix_hash(3)), 4);
  CHECK(
      stage.violated() ==
      Texts{
          "agreement: the first 4 operations, as n1 has committed them, are not those that n0 has "
          "committed"});
}

TEST_CASE("snapshots: a wrong one is caught when others get there, if nobody was there before",
          "[checkers]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  stage.show(0, all.prefix(2), 2);
  stage.show(1, Log::after(4, 1), 4);
  CHECK(stage.violated() == Texts{});
  // What was committed before the gap is not forgotten.
  Log other = all.prefix(1);
  other.push_back(operation(9));
  stage.show(2, other, 2);
  REQUIRE(stage.violated().size() == 1);
  CHECK(stage.violated().back().starts_with("agreement: operation number 2 is c0.2"));
  stage.show(0, all, 4);
  REQUIRE(stage.violated().size() == 2);
  CHECK(stage.violated().back() ==
        "agreement: the first 4 operations, as n0 has committed them, are not those that n1 has "
        "committed");
}

TEST_CASE("snapshots: an answered operation that a wrong one lost is missed", "[checkers]") {
  Stage stage(3);
  const Log all = log_of(1, 4);
  stage.show(0, all, 0);
  stage.show(1, all, 0);
  stage.show(2, all, 0);
  for (std::uint32_t number = 1; number <= 4; ++number) stage.answer(number);
  CHECK(stage.violated() == Texts{});
  // Not committed, as far as is shown: agreement has nothing to say.
  const Log other = log_of(5, 8);
  stage.show(0, Log::after(4, other.prefix_hash(4)), 0);
  CHECK(stage.violated() == Texts{});
  stage.show(1, Log::after(4, other.prefix_hash(4)), 0);
  REQUIRE(stage.violated().size() == 1);
  CHECK(stage.violated().back().starts_with("acknowledged-on-majority: operation c0.1"));
  stage.show(2, Log{}, 0);
  const Texts texts = stage.violated();
  CHECK(std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    return text.starts_with("durability: operation c0.1");
  }));
}

TEST_CASE("snapshots: what a deposed leader never committed says nothing against one",
          "[checkers][regress]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  Log deposed = all.prefix(2);
  for (std::uint32_t number = 11; number <= 20; ++number) deposed.push_back(operation(number));
  stage.show(0, deposed, 2);
  stage.show(1, all.prefix(2), 2);
  stage.show(2, all.prefix(2), 2);
  stage.answer(1);
  stage.answer(2);
  for (const std::uint32_t node : {1U, 2U}) {
    stage.show(node, all, 6);
    stage.show(node, all.forgetting(4), 6);
  }
  stage.show(0, Log{}, 0);
  CHECK(stage.violated() == Texts{});
}

TEST_CASE("snapshots: nor does what a deposed leader has of the answered operations elsewhere",
          "[checkers][regress]") {
  Stage stage(3);
  const Log all = log_of(1, 6);
  Log deposed = all.prefix(1);
  deposed.push_back(operation(11));
  deposed.push_back(operation(2));
  stage.show(0, deposed, 1);
  stage.show(1, all.prefix(2), 2);
  stage.show(2, all.prefix(2), 2);
  stage.answer(1);
  stage.answer(2);
  for (const std::uint32_t node : {1U, 2U}) {
    stage.show(node, all, 6);
    stage.show(node, all.forgetting(4), 6);
  }
  stage.show(0, Log{}, 0);
  CHECK(stage.violated() == Texts{});
  stage.show(1, Log{}, 0);
  stage.show(2, Log{}, 0);
  CHECK(!stage.violated().empty());
}

TEST_CASE("snapshots: operations behind one are counted when somebody shows them", "[checkers]") {
  Stage stage(2);
  Log twice = log_of(1, 3);
  twice.push_back(operation(2));
  twice.push_back(operation(4));
  stage.show(0, twice.forgetting(4), 5);
  CHECK(stage.violated() == Texts{});
  stage.show(1, twice.prefix(3), 3);
  CHECK(stage.violated() == Texts{});
  stage.show(1, twice.prefix(4), 4);
  CHECK(stage.violated() ==
        Texts{"at-most-once: operation c0.2 was executed at two positions, the later is 4"});
}

TEST_CASE("snapshots: random truthful ones are never called wrong", "[checkers]") {
  for (std::uint64_t run = 0; run < 300; ++run) {
    Stage stage(3);
    const Log all = log_of(1, 40);
    std::vector<Log> logs(3);
    std::uint64_t draws = 0;
    const auto pick = [&](std::uint64_t bound) {
      return engine::below(engine::draw(run, engine::Domain::test, ++draws), bound);
    };
    std::uint32_t answered = 0;
    for (int step = 0; step < 120; ++step) {
      const auto node = static_cast<std::uint32_t>(pick(3));
      Log& log = logs[node];
      std::size_t furthest = 0;
      for (const Log& one : logs) furthest = std::max(furthest, one.size());
      switch (pick(4)) {
        case 0:
          log = log.forgetting(log.base() + pick(log.size() - log.base() + 1));
          break;
        case 1:
          // A snapshot of what somebody has.
          if (furthest > log.size()) log = Log::after(furthest, all.prefix_hash(furthest));
          break;
        default:
          if (log.size() < all.size())
            log.push_back(operation(static_cast<std::uint32_t>(log.size() + 1)));
      }
      stage.show(node, log, log.size());
      // What two of three have is answered.
      std::vector<std::size_t> sizes;
      for (const Log& one : logs) sizes.push_back(one.size());
      std::sort(sizes.begin(), sizes.end());
      while (answered < sizes[1]) stage.answer(++answered);
    }
    INFO("run " << run);
    REQUIRE(stage.violated() == Texts{});
  }
}

}  // namespace stampede::tests
