#include "viewer/field_index.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <set>

#include "tests/viewer/stored_run.hpp"
#include "viewer/account.hpp"

namespace {

using namespace stampede;
using Steps = std::set<std::uint32_t>;

std::uint32_t number_at(const std::string& bytes, std::size_t place) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + 4 * place, sizeof(number));
  return number;
}

/// The steps that have the field, by its value.
std::map<std::string, Steps> values_of(const viewer::FieldIndex& index, const std::string& name) {
  const std::string bytes = index.field(name);
  const std::size_t count = number_at(bytes, 0);
  const engine::Document values = engine::parse_json(bytes.substr(4 + 8 * count), "values");
  std::map<std::string, Steps> steps;
  for (std::size_t i = 0; i < count; ++i)
    steps[values.items.at(number_at(bytes, 1 + count + i)).to_plain_text()].insert(
        number_at(bytes, 1 + i));
  return steps;
}

Steps having(const viewer::FieldIndex& index, const std::string& word) {
  const std::string bytes = index.word(word);
  Steps steps;
  for (std::size_t i = 0; i < bytes.size() / 4; ++i) steps.insert(number_at(bytes, i));
  CHECK(steps.size() == bytes.size() / 4);
  return steps;
}

}  // namespace

TEST_CASE("fields: what a step carries is found by name, whatever it stands in", "[viewer]") {
  viewer::FieldIndex index;
  index.note(3, R"({"View":2,"entries":[{"put":["x","}1\""]},null],"none":{}})");
  index.note(4, R"("alone")");
  index.note(5, R"("named")", "Probe");
  CHECK(values_of(index, "view") == std::map<std::string, Steps>{{"2", {3}}});
  CHECK(values_of(index, "put").at("x") == Steps{3});
  CHECK(values_of(index, "put").size() == 3);
  CHECK(values_of(index, "entries").size() == 3);
  CHECK(values_of(index, "none").size() == 1);
  CHECK(values_of(index, "alone").empty());
  CHECK(having(index, "PROBE") == Steps{5});
  CHECK(having(index, "nam") == Steps{5});
  CHECK(having(index, "x") == Steps{3});
  CHECK(having(index, "alone").empty());
}

TEST_CASE("fields: what a step changes is found, and what it leaves as it is, is not", "[viewer]") {
  viewer::FieldIndex index;
  index.note_edit(7, R"({"in":[["view",{"to":3}],["log",{"at":2,"out":0,"put":[{"op":9}]}]]})");
  index.note_edit(8, R"({"in":[["log",{"in":[[1,{"in":[["op",{"to":"nine"}]]}]]}]]})");
  index.note_edit(9, R"({"to":{"view":4,"log":[]}})");
  CHECK(values_of(index, "view") == std::map<std::string, Steps>{{"3", {7}}, {"4", {9}}});
  CHECK(values_of(index, "op").at("9") == Steps{7});
  CHECK(having(index, "nine") == Steps{8});
  CHECK(having(index, "log") == Steps{7, 9});
  CHECK(having(index, "at").empty());
}

TEST_CASE("fields: what is written too long is found by what is in it", "[viewer]") {
  viewer::FieldIndex index;
  const std::string most(viewer::FieldIndex::value_length_max - 2, 'a');
  index.note(1, R"({"short":")" + most + R"("})");
  index.note(2, R"({"long":[")" + most + R"(","b"]})");
  CHECK(values_of(index, "short").size() == 1);
  CHECK(values_of(index, "long").at("b") == Steps{2});
  CHECK(having(index, "aaa") == Steps{1, 2});
}

TEST_CASE("fields: of a run, the steps that change a view are those of its states", "[viewer]") {
  const StoredRun stored("viewstamped/swarm");
  viewer::FieldIndex index;
  const viewer::Account account(stored.record(), {}, &index);
  explain::Tape tape = explain::stored_tape(stored.record());
  Steps changed;
  std::map<NodeId, std::string> views;
  const auto view_at = [&](NodeId node, const engine::World& world) {
    const engine::Document state = engine::parse_json(world.state_json(node), "state");
    const engine::Document* view = state.find("view_number");
    return view == nullptr ? std::string() : view->text;
  };
  for (std::uint32_t i = 0; i < tape.names().size(); ++i)
    views[NodeId{i}] = view_at(NodeId{i}, tape.world_at(tape.boots()));
  tape.follow(tape.boots() + 1, tape.size(), [&](std::uint64_t step, const engine::World& world) {
    const NodeId node = tape.facts(step).node;
    if (node == no_node || !world.up(node)) return true;
    const std::string view = view_at(node, world);
    if (std::exchange(views[node], view) != view) changed.insert(static_cast<std::uint32_t>(step));
    return true;
  });
  Steps told;
  for (const auto& [value, steps] : values_of(index, "view_number"))
    told.insert(steps.begin(), steps.end());
  REQUIRE(changed.size() > 5);
  CHECK(std::includes(told.begin(), told.end(), changed.begin(), changed.end()));
  // What starts again is all new, whatever it was in before.
  Steps restarts;
  for (std::uint64_t step = tape.boots() + 1; step <= tape.size(); ++step) {
    const explain::StepFacts& facts = tape.facts(step);
    if (facts.kind == engine::EventKind::restart && !views.at(facts.node).empty())
      restarts.insert(static_cast<std::uint32_t>(step));
  }
  CHECK(!restarts.empty());
  CHECK(std::includes(told.begin(), told.end(), restarts.begin(), restarts.end()));
  // The others carry one.
  for (const std::uint32_t step : told)
    CHECK((changed.contains(step) || restarts.contains(step) ||
           tape.facts(step).kind <= engine::EventKind::ignore));
}
