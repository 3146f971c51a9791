#include "engine/core/difference.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "engine/core/json.hpp"
#include "engine/core/per_node.hpp"

namespace stampede {
namespace difference_test {

struct Entry {
  std::uint64_t view = 0;
  std::string operation{};
};
STAMPEDE_VALUE(Entry, view, operation);

struct Waiting {
  std::uint64_t since = 0;
};
STAMPEDE_VALUE(Waiting, since);
struct Leading {
  std::uint64_t term = 0;
};
STAMPEDE_VALUE(Leading, term);

struct Replica {
  std::uint64_t view_number = 0;
  std::vector<Entry> log{};
  PerNode<std::uint64_t> prepare_oks{};
  NodeSet suspected{};
  std::optional<NodeId> leader{};
  std::variant<Waiting, Leading> role{};
  std::string note{};
};
STAMPEDE_VALUE(Replica, view_number, log, prepare_oks, suspected, leader, role, note);

const engine::NodeNames names({"r0", "r1", "r2"});

engine::Document tree(const Replica& replica) {
  return engine::parse_json(engine::to_json(replica, &names), "state");
}

std::string told(const Replica& before, const Replica& after) {
  return engine::difference_text(engine::difference(tree(before), tree(after)));
}

Replica replica() {
  Replica made;
  made.log = {{1, "a"}, {1, "b"}};
  made.prepare_oks[NodeId{2}] = 7;
  made.suspected.insert(NodeId{0});
  return made;
}

}  // namespace difference_test

using namespace difference_test;

TEST_CASE("difference: equal states have none", "[unit]") {
  CHECK(engine::difference(tree(replica()), tree(replica())).empty());
}

TEST_CASE("difference: logs grow, numbers move, votes come in", "[unit][text]") {
  const Replica before = replica();
  Replica after = before;
  after.view_number = 2;
  after.log.push_back({2, "c"});
  after.prepare_oks[NodeId{1}] = 3;
  CHECK(told(before, after) == "view_number 0 -> 2, log +1 entry (now 3), prepare_oks +r1");
  CHECK(told(after, before) == "view_number 2 -> 0, log -1 entry (now 2), prepare_oks -r1");
}

TEST_CASE("difference: the end of a log is replaced", "[unit][text]") {
  const Replica before = replica();
  Replica after = before;
  after.log = {{1, "a"}, {2, "x"}, {2, "y"}};
  CHECK(told(before, after) == "log -1 +2 entries (now 3)");
  const auto changes = engine::difference(tree(before), tree(after));
  REQUIRE(changes.size() == 1);
  CHECK(changes.front().kind == engine::Change::Kind::entries);
  CHECK(changes.front().removed.size() == 1);
  CHECK(changes.front().added.size() == 2);
  CHECK(changes.front().size == 3);
}

TEST_CASE("difference: what stays in place is told by its position", "[unit][text]") {
  const Replica before = replica();
  Replica after = before;
  after.log[1].view = 5;
  after.prepare_oks[NodeId{2}] = 8;
  CHECK(told(before, after) == "log[2].view 1 -> 5, prepare_oks.r2 7 -> 8");
}

TEST_CASE("difference: sets, options, alternatives and texts", "[unit][text]") {
  const Replica before = replica();
  Replica after = before;
  after.suspected.erase(NodeId{0});
  after.suspected.insert(NodeId{1});
  after.leader = NodeId{2};
  after.role = Leading{4};
  after.note = "a text that is longer than a line of a report should be";
  CHECK(told(before, after) ==
        "suspected -r0 +r1, leader null -> r2, role {Waiting: {since: 0}} -> {Leading: {term: 4}}, "
        "note \"\" -> a text that is longer...");
}

TEST_CASE("difference: many members are counted", "[unit][text]") {
  const engine::Document none = engine::parse_json("[]", "state");
  const engine::Document many = engine::parse_json("[1,2,3,4,5,6]", "state");
  CHECK(engine::difference_text(engine::difference(none, many)) == "+6 (now 6)");
}

}  // namespace stampede
