// What is declared to make a search smaller, proven while it runs: true declarations hold, and each
// false one stops the search with the two states.
#include "engine/explore/proof.hpp"

#include <catch2/catch.hpp>

#include "engine/explore/search.hpp"
#include "engine/world/model.hpp"
#include "tests/explore/synod.hpp"

namespace stampede::tests {
namespace {

using engine::SearchResult;
using engine::SpaceSettings;

SearchResult searched(engine::Assembly assembly, const SpaceSettings& settings) {
  engine::StateSpace space(std::move(assembly), {}, settings);
  return engine::search(space, {});
}

SpaceSettings synod_settings(bool crashes) {
  SpaceSettings settings;
  settings.dead = [](NodeId, const engine::Group&, const engine::LocalState& local,
                     const engine::PackedMessage& message, bool may_crash) {
    return is_dead_in_synod(local, message.payload, may_crash);
  };
  if (crashes) {
    settings.budgets.crashes = settings.budgets.restarts = 2;
  } else {
    settings.budgets.timers = {{"Stand", 3}};
  }
  return settings;
}

SearchResult searched_synods(Mistake mistake, bool crashes, bool proves = true) {
  SpaceSettings settings = synod_settings(crashes);
  settings.proves = proves;
  if (mistake == Mistake::compares_rounds) {
    // Two who stand in one round, and somebody who hears both.
    settings.budgets.timers = {{"Stand", 2}};
    return searched(synods(mistake, 3), settings);
  }
  return searched(synods(mistake, crashes ? 3 : 2), settings);
}

/// Counts what it hears, and may look at the count.
struct Tick {};
STAMPEDE_VALUE(Tick);
struct Tock {};
STAMPEDE_VALUE(Tock);
struct Roll {};
STAMPEDE_VALUE(Roll);

enum class Reads { nothing, state, sends };
STAMPEDE_ENUM(Reads, nothing, state, sends);

struct Drum {
  using Messages = engine::Messages<Tick, Tock>;
  using Timers = engine::Timers<Roll>;
  Reads reads = Reads::nothing;
  std::uint32_t count = 0;
  std::uint32_t seen = 0;

  static NodeId other(const Context& context) { return NodeId{1 - context.self().value}; }
  void start(Context& context) { context.arm(Roll{}, engine::milliseconds(1)); }
  void on(const Roll&, Context& context) {
    ++count;
    context.send(other(context), Tick{});
    start(context);
  }
  void on(const Tick&, NodeId from, Context& context) { context.send(from, Tock{}); }
  void on(const Tock&, NodeId from, Context& context) {
    ++seen;
    if (reads == Reads::state && count > 1) seen = 10;
    if (reads == Reads::sends && count > 1) context.send(from, Tick{});
  }
};
STAMPEDE_VALUE(Drum, reads, count, seen);

std::optional<std::string> beats_often(const Drum& drum) {
  return drum.count < 3 ? std::nullopt : std::optional<std::string>("beats often");
}

std::optional<std::string> beats_in_bursts(const Drum& before, const Drum& after,
                                           const engine::Effects&) {
  return after.count <= before.count + 1 ? std::nullopt : std::optional<std::string>("beats twice");
}

std::optional<std::string> beats_again(const Drum& before, const Drum& after,
                                       const engine::Effects&) {
  const bool again = before.count > 0 && after.count > before.count;
  return again ? std::optional<std::string>("beats again") : std::nullopt;
}

SearchResult searched_drums(Reads reads, std::uint32_t beats = 3,
                            const std::vector<engine::Property>& facts = {}) {
  engine::Assembly assembly;
  for (const char* name : {"d0", "d1"})
    assembly.nodes.push_back({name, "drum", engine::make_process(Drum{reads, 0, 0}), {}});
  assembly.membership.add({"drum", {NodeId{0}, NodeId{1}}});
  SpaceSettings settings;
  settings.budgets.timers = {{"Roll", beats}};
  settings.transitions.normalise = [](NodeId, const engine::Group&, engine::ProcessValue& process) {
    static_cast<Drum*>(process.get())->count = 0;
  };
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  for (const engine::Property& fact : facts) monitors.push_back(fact.make());
  engine::StateSpace space(std::move(assembly), std::move(monitors), settings);
  return engine::search(space, {});
}

/// Tells the others that it was asked; some of them may be listened to more than others.
struct Rumour {
  NodeId about{};
};
STAMPEDE_VALUE(Rumour, about);

enum class Favours { nobody, in_its_state, when_it_sends, when_it_fires };
STAMPEDE_ENUM(Favours, nobody, in_its_state, when_it_sends, when_it_fires);

struct Gossip {
  using Messages = engine::Messages<Rumour>;
  using Timers = engine::Timers<Roll>;
  Favours favours = Favours::nobody;
  std::set<NodeId> known{};
  std::uint32_t deaf_to = 0;

  void start(Context& context) { context.arm(Roll{}, engine::milliseconds(1)); }
  void on(const Roll&, Context& context) {
    if (favours == Favours::when_it_fires && context.self() == NodeId{1}) return;
    context.broadcast(Rumour{context.self()});
  }
  void on(const Rumour& rumour, NodeId from, Context& context) {
    if (!known.insert(rumour.about).second) return context.ignore();
    if (favours == Favours::in_its_state && from == NodeId{2}) ++deaf_to;
    if (favours == Favours::when_it_sends && from == NodeId{2}) context.send(from, rumour);
  }
};
STAMPEDE_VALUE(Gossip, favours, known, deaf_to);

SpaceSettings gossip_settings() {
  SpaceSettings settings;
  settings.budgets.timers = {{"Roll", 2}};
  settings.symmetry.classes = {{NodeId{0}, NodeId{1}, NodeId{2}}};
  settings.symmetry.rename_process = &engine::renames_process<Gossip>;
  settings.symmetry.rename_payload = &engine::renames_payload<Rumour, Roll>;
  return settings;
}

engine::Assembly gossips(Favours favours) {
  engine::Assembly assembly;
  for (const char* name : {"g0", "g1", "g2"})
    assembly.nodes.push_back({name, "gossip", engine::make_process(Gossip{favours, {}, 0}), {}});
  assembly.membership.add({"gossip", {NodeId{0}, NodeId{1}, NodeId{2}}});
  return assembly;
}

/// A rumour about somebody is heard once; or, declared wrongly, any rumour is.
SearchResult searched_gossips(bool any) {
  SpaceSettings settings = gossip_settings();
  settings.dead = [any](NodeId, const engine::Group&, const engine::LocalState& local,
                        const engine::PackedMessage& message, bool) {
    const auto& gossip = *engine::process_as<Gossip>(local.process);
    return any ? !gossip.known.empty() : gossip.known.contains(message.payload.as<Rumour>().about);
  };
  return searched(gossips(Favours::nobody), settings);
}

/// Says that it ignores, and counts.
struct Hiss {};
STAMPEDE_VALUE(Hiss);
/// Is heard, and nothing comes of it.
struct Hum {};
STAMPEDE_VALUE(Hum);

struct Listener {
  using Messages = engine::Messages<Hiss, Hum>;
  using Timers = engine::Timers<Roll>;
  std::uint32_t hisses = 0;

  void start(Context& context) { context.arm(Roll{}, engine::milliseconds(1)); }
  void on(const Roll&, Context& context) {
    context.broadcast(Hiss{});
    context.broadcast(Hum{});
  }
  void on(const Hiss&, NodeId, Context& context) {
    ++hisses;
    context.ignore();
  }
  void on(const Hum&, NodeId, Context&) {}
};
STAMPEDE_VALUE(Listener, hisses);

void check_stopped(const SearchResult& result, const std::string& reduction,
                   const std::string& what) {
  CHECK_FALSE(result.complete);
  CHECK(result.reason == "reductions");
  REQUIRE(result.wrong);
  CHECK(result.wrong->reduction == reduction);
  CHECK(result.wrong->what == what);
  const bool same_state = result.wrong->node == result.wrong->other_node &&
                          result.wrong->state == result.wrong->other_state;
  // A node may look the same under other names.
  if (reduction != "symmetry") CHECK_FALSE(same_state);
}

const char* const has_effect = "a message is called dead in a state in which it has an effect";
const char* const has_effect_later =
    "a message that was called dead has an effect behind a later step";

}  // namespace

TEST_CASE("proof: what is declared of dead messages holds for the right protocol", "[explore]") {
  for (const bool crashes : {false, true}) {
    const SearchResult result = searched_synods(Mistake::none, crashes);
    CHECK(result.complete);
    CHECK_FALSE(result.wrong);
    REQUIRE(result.proofs.size() == 1);
    CHECK(result.proofs.front().reduction == "dead-messages");
    CHECK(result.proofs.front().cases > 40);
    CHECK(result.proofs.front().one_of == 1);
  }
}

TEST_CASE("proof: a mistake that the declaration hides stops the search", "[explore]") {
  const auto [mistake, message] =
      GENERATE(table<Mistake, const char*>({{Mistake::votes_below_its_promise, "Propose"},
                                            {Mistake::compares_rounds, "Ask"},
                                            {Mistake::counts_stale_promises, "Agree"}}));
  CAPTURE(engine::to_json(mistake));
  // Nothing else sees it.
  CHECK(searched_synods(mistake, false, false).complete);
  const SearchResult result = searched_synods(mistake, false);
  check_stopped(result, "dead-messages", has_effect);
  REQUIRE(result.wrong->message);
  const std::string& name = result.wrong->message->type->name;
  const bool expected =
      name == message || (mistake == Mistake::compares_rounds && name == "Propose");
  CHECK(expected);
}

TEST_CASE("proof: who ignores with an effect is seen beside who does nothing", "[explore]") {
  engine::Assembly assembly;
  for (const char* name : {"l0", "l1"})
    assembly.nodes.push_back({name, "listener", engine::make_process(Listener{}), {}});
  assembly.membership.add({"listener", {NodeId{0}, NodeId{1}}});
  SpaceSettings settings;
  settings.budgets.timers = {{"Roll", 1}};
  settings.dead = [](NodeId, const engine::Group&, const engine::LocalState&,
                     const engine::PackedMessage&, bool) { return true; };
  const SearchResult result = searched(std::move(assembly), settings);
  check_stopped(result, "dead-messages", has_effect);
  CHECK(result.wrong->message->type->name == "Hiss");
}

TEST_CASE("proof: a nonce that is used twice stops the search at the restart", "[explore]") {
  CHECK(searched_synods(Mistake::uses_a_nonce_twice, true, false).complete);
  const SearchResult result = searched_synods(Mistake::uses_a_nonce_twice, true);
  check_stopped(result, "dead-messages", has_effect_later);
  CHECK(result.wrong->by == "a restart");
  CHECK(result.wrong->message->type->name == "ThisWasPromised");
  CHECK_FALSE(result.wrong->state.up);
  CHECK(result.wrong->other_state.up);
}

TEST_CASE("proof: threads find what one finds", "[explore]") {
  engine::StateSpace space(synods(Mistake::uses_a_nonce_twice, 3), {}, synod_settings(true));
  engine::SearchSettings settings;
  settings.threads = 3;
  check_stopped(engine::search(space, settings), "dead-messages", has_effect_later);
  settings.strategy = engine::Strategy::depth_first;
  engine::StateSpace other(synods(Mistake::none, 3), {}, synod_settings(true));
  const SearchResult result = engine::search(other, settings);
  CHECK(result.complete);
  CHECK(result.proofs.front().cases > 40);
  CHECK_FALSE(result.wrong);
}

TEST_CASE("proof: a normal form that nobody reads holds, one that is read does not", "[explore]") {
  const SearchResult right = searched_drums(Reads::nothing);
  CHECK(right.complete);
  REQUIRE(right.proofs.size() == 1);
  CHECK(right.proofs.front().reduction == "normal-form");
  CHECK(right.proofs.front().cases > 10);
  for (const Reads reads : {Reads::state, Reads::sends}) {
    CAPTURE(engine::to_json(reads));
    // Two beats without a look at the count: a search that forgets it never sees a count of two.
    check_stopped(searched_drums(reads), "normal-form",
                  "a step does one thing in a state and another in its normal form");
  }
}

TEST_CASE("proof: facts about single steps say the same of states and of their normal forms",
          "[explore]") {
  const auto of_node = [](auto check) { return engine::node_property<Drum>("d/fact", "", check); };
  const auto of_step = [](auto check) { return engine::step_property<Drum>("d/fact", "", check); };
  const SearchResult harmless = searched_drums(Reads::nothing, 3, {of_step(&beats_in_bursts)});
  CHECK(harmless.complete);
  CHECK_FALSE(harmless.wrong);
  CHECK(harmless.local_states == searched_drums(Reads::nothing).local_states);
  // What is kept never counts beyond one: it shows at states that steps left alone.
  for (const engine::Property& fact : {of_node(&beats_often), of_step(&beats_again)}) {
    const SearchResult hidden = searched_drums(Reads::nothing, 3, {fact});
    CHECK(hidden.found.empty());
    REQUIRE(hidden.wrong);
    CHECK(hidden.wrong->reduction == "normal-form");
    CHECK(hidden.wrong->what == "d/fact says one thing of a state and another of its normal form");
    CHECK(hidden.wrong->by == "the timer Roll");
  }
}

TEST_CASE("proof: renamings commute with all steps, or the search stops", "[explore]") {
  const SearchResult right = searched(gossips(Favours::nobody), gossip_settings());
  CHECK(right.complete);
  REQUIRE(right.proofs.size() == 1);
  CHECK(right.proofs.front().reduction == "symmetry");
  CHECK(right.proofs.front().cases > 50);
  for (const Favours favours :
       {Favours::in_its_state, Favours::when_it_sends, Favours::when_it_fires}) {
    CAPTURE(engine::to_json(favours));
    check_stopped(searched(gossips(favours), gossip_settings()), "symmetry",
                  "a step does something else under other names");
  }
}

TEST_CASE("proof: dead messages are followed under all names", "[explore]") {
  const SearchResult right = searched_gossips(false);
  CHECK(right.complete);
  CHECK(right.proofs.size() == 2);
  check_stopped(searched_gossips(true), "dead-messages", has_effect);
}

}  // namespace stampede::tests
