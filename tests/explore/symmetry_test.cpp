// Renaming nodes renames the keys of maps of parts that are nodes, and no others.
#include "engine/explore/symmetry.hpp"

#include <catch2/catch.hpp>

#include "engine/world/model.hpp"
#include "tests/explore/juggler.hpp"

namespace stampede::tests {

TEST_CASE("symmetry: messages and timers of parts in maps are renamed with their keys",
          "[explore]") {
  engine::TransitionCache transitions(jugglers(2), {});
  engine::SymmetrySettings settings;
  settings.classes = {{NodeId{0}, NodeId{1}}};
  settings.rename_process = &engine::renames_process<Juggler>;
  settings.rename_payload = &engine::renames_payload<Vote, Close>;
  engine::Symmetry symmetry(transitions, settings);
  REQUIRE(symmetry.group_size() == 2);

  const auto type = [](const std::vector<const engine::NamedType*>& types, const char* name) {
    const auto place =
        std::find_if(types.begin(), types.end(),
                     [&](const engine::NamedType* candidate) { return candidate->name == name; });
    REQUIRE(place != types.end());
    return *place;
  };
  const auto& jugglers_type = engine::process_type<Juggler>();
  const auto* vote = type(jugglers_type.message_types, "troupes[].acts[].Vote");
  const auto* close = type(jugglers_type.timer_types, "troupes[].acts[].Close");

  // `self` has sent a vote in the first act of `whose` troupe, and has a timer of that act.
  const auto world = [&](NodeId self, NodeId whose) {
    const NodeId other{1 - self.value};
    const engine::InstancePath instance{{whose.value, 1, 0}};
    engine::PackedWorld made;
    made.locals.resize(2);
    for (const NodeId node : {self, other}) {
      engine::LocalState local;
      Juggler juggler;
      if (node == self) {
        juggler.troupes[whose].acts[Act::torches].votes.insert(other);
        engine::TimerSlot& slot = local.timers.emplace_back();
        slot.type = close;
        slot.value = engine::Payload::of(Close{});
        slot.instance = instance;
        slot.armed = true;
      }
      local.process = engine::make_process(juggler);
      local.up = true;
      made.locals[node.value] = transitions.intern(node, std::move(local));
    }
    made.messages = {
        transitions.intern({vote, engine::Payload::of(Vote{2}), self, other, instance})};
    symmetry.canonicalise(made);
    return made;
  };
  CHECK(world(NodeId{0}, NodeId{0}) == world(NodeId{1}, NodeId{1}));
  CHECK(world(NodeId{0}, NodeId{1}) == world(NodeId{1}, NodeId{0}));
  CHECK_FALSE(world(NodeId{0}, NodeId{0}) == world(NodeId{1}, NodeId{0}));
}

TEST_CASE("symmetry: what waits for a save is renamed with its node", "[explore][regress]") {
  engine::SymmetrySettings settings;
  settings.rename_process = &engine::renames_process<Juggler>;
  settings.rename_payload = &engine::renames_payload<Again, Kept>;
  const auto& type = engine::process_type<Juggler>();
  const auto again =
      std::find_if(type.timer_types.begin(), type.timer_types.end(),
                   [](const engine::NamedType* candidate) { return candidate->name == "Again"; });
  REQUIRE(again != type.timer_types.end());
  // Of `self`: a save under way, and behind it a message to the other one that names `self`.
  const auto waiting = [&](NodeId self) {
    engine::LocalState local;
    local.process = engine::make_process(Juggler{});
    local.held.push_back({engine::HeldOutput::Kind::save, engine::Payload::of(Kept{3}), {}, {}});
    local.held.push_back({engine::HeldOutput::Kind::send,
                          {},
                          {*again, engine::Payload::of(Again{self, 1}), NodeId{1 - self.value}, {}},
                          {}});
    return local;
  };
  const engine::Renaming exchange{{NodeId{1}, NodeId{0}}};
  CHECK(engine::renamed(waiting(NodeId{0}), settings, exchange) == waiting(NodeId{1}));
  CHECK_FALSE(engine::renamed(waiting(NodeId{0}), settings, exchange) == waiting(NodeId{0}));
}

}  // namespace stampede::tests
