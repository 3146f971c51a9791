// What a node shows of each of its groups.
#include <catch2/catch.hpp>

#include "engine/world/world.hpp"
#include "tests/explore/twofold.hpp"

namespace stampede::tests {
namespace {

using engine::Group;
using engine::World;

constexpr NodeId t0{0};
constexpr NodeId t2{2};
constexpr NodeId t3{3};

const Group& group(const World& world, const char* name) { return world.membership().at(name); }

/// Names of the groups that the node shows something of.
std::vector<std::string> shown_by(const World& world, NodeId node) {
  std::vector<std::string> groups;
  for (const engine::Facet& facet : world.facets(node)) groups.push_back(facet.group->name());
  return groups;
}

void fire(World& world, NodeId node, const char* timer) {
  REQUIRE(world.fire(node, world.find_timers({timer, {}, node, 0, {}, {}}).at(0)));
}

class Shown final : public engine::WorldObserver {
 public:
  std::vector<std::string> details;
  void event(const engine::Event& event) override {
    if (event.kind == engine::EventKind::observe) details.emplace_back(event.detail);
  }
};

}  // namespace

TEST_CASE("facets: the outermost layer of a group shows it, and instances that are bound alone",
          "[unit]") {
  const World world(twofolds(), {});
  CHECK(shown_by(world, t0) == std::vector<std::string>{"replica", "masters"});
  CHECK(shown_by(world, t2) == std::vector<std::string>{"replica", "masters", "chain"});
  // Its masters part is bound to nothing: the process shows the replicas' group.
  CHECK(shown_by(world, t3) == std::vector<std::string>{"replica", "chain"});
}

TEST_CASE("facets: each is asked for by its group", "[unit]") {
  World world(twofolds(), {});
  world.start();
  fire(world, t2, "masters.Later");
  fire(world, t2, "masters.Later");
  CHECK(world.observation(t2).epoch == 0);
  CHECK(world.observation(t2, group(world, "masters")).log.size() == 2);
  CHECK_FALSE(world.observation(t2, group(world, "masters")).leading);
  CHECK(world.observation(t0, group(world, "masters")).leading);
  // Of no such group, and of an instance that is not there.
  CHECK_FALSE(world.observation(t0, group(world, "chain")).operational);
  CHECK_FALSE(world.observation(t2, group(world, "chain")).operational);
  fire(world, t2, "Later");
  CHECK(world.observation(t2).epoch == 1);
  CHECK(world.observation(t2, group(world, "chain")).operational);
  CHECK(world.observation(t2, group(world, "chain")).leading);
  // Down it shows what it would come back with.
  REQUIRE(world.crash(t2, engine::disk_loses));
  CHECK(world.observation(t2, group(world, "masters")).recovering);
  CHECK(world.observation(t2, group(world, "masters")).log.size() == 0);
}

TEST_CASE("facets: the part that shows a group is found, if it is of the type asked for",
          "[unit]") {
  World world(twofolds(), {});
  world.start();
  const engine::Membership& all = world.membership();
  const std::uint32_t replicas = all.position(group(world, "replica"));
  const std::uint32_t masters = all.position(group(world, "masters"));
  const Twofold& twofold = *engine::process_as<Twofold>(world.process(t2));
  CHECK(world.showing<Twofold>(t2, replicas) == &twofold);
  CHECK(world.showing<Ledger>(t2, masters) == &twofold.masters);
  CHECK(world.showing<Ledger>(t2, replicas) == nullptr);
  CHECK(world.showing<Twofold>(t2, masters) == nullptr);
  CHECK(world.showing<Ledger>(t0, all.position(group(world, "chain"))) == nullptr);
}

TEST_CASE("facets: a digest is of the group's service", "[unit]") {
  World world(twofolds(), {});
  world.start();
  fire(world, t2, "masters.Later");
  const Twofold& twofold = *engine::process_as<Twofold>(world.process(t2));
  CHECK(world.state_digest(t2, group(world, "masters")) == state_digest(twofold.masters));
  // The process has none; its part of no group of its own has, for the process's.
  CHECK_FALSE(world.state_digest(t2, group(world, "replica")));
  CHECK(world.state_digest(t3, group(world, "replica")) == engine::hash_seed);
  CHECK_FALSE(world.state_digest(t2, group(world, "chain")));
}

TEST_CASE("facets: an event names the group if it is not the process's", "[unit]") {
  World world(twofolds(), {});
  world.start();
  Shown shown;
  world.set_observer(&shown);
  fire(world, t2, "masters.Later");
  fire(world, t2, "Later");
  REQUIRE(shown.details.size() == 3);
  CHECK(shown.details[0] ==
        "{\"operational\":true,\"leading\":false,\"recovering\":false,\"epoch\":0,\"log\":1,"
        "\"committed\":1,\"executed\":1,\"group\":\"masters\"}");
  CHECK(shown.details[1] ==
        "{\"operational\":true,\"leading\":false,\"recovering\":false,\"epoch\":1,\"log\":0,"
        "\"committed\":0,\"executed\":0}");
  CHECK(shown.details[2].find("\"group\":\"chain\"") != std::string::npos);
  for (int i = 0; i < 3; ++i) fire(world, t2, "masters.Later");
  // A log that has forgotten entries, and a configuration.
  fire(world, t0, "masters.Later");
  for (const engine::MessageSlot slot : world.in_flight()) {
    if (world.message(slot).to == t2 && world.message(slot).type->name == "masters.Entry")
      REQUIRE(world.deliver(slot));
  }
  CHECK(shown.details.back() ==
        "{\"operational\":true,\"leading\":false,\"recovering\":false,\"epoch\":0,\"log\":5,"
        "\"committed\":5,\"executed\":5,\"base\":3,\"configuration\":[2],\"group\":"
        "\"masters\"}");
}

}  // namespace stampede::tests
