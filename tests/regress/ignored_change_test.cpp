// Repaired: a handler that changed its state and ignored its message, or kept something in a static
// variable, was `ok` in a run and in a search, or an internal error.
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"
#include "scenarios/running/sweep.hpp"

using namespace stampede;

namespace {

enum class Slip { none, changes, unique, arms, sends, persists, remembers, remembers_ignored };
STAMPEDE_ENUM(Slip, none, changes, unique, arms, sends, persists, remembers, remembers_ignored);

struct SlipOptions {
  Slip slip = Slip::none;
};
STAMPEDE_VALUE(SlipOptions, slip);

struct Chat {
  std::uint32_t number = 0;
};
STAMPEDE_VALUE(Chat, number);
struct ChatTimeout {};
STAMPEDE_VALUE(ChatTimeout);
struct Said {
  std::uint32_t words = 0;
};
STAMPEDE_VALUE(Said, words);

/// Answers every second word. Wherever it slips, it does so at a word that it ignores, but for one.
struct Chatter {
  using Messages = engine::Messages<Chat>;
  using Timers = engine::Timers<ChatTimeout>;
  using Options = SlipOptions;
  Said said{};
  std::uint32_t heard = 0;
  static constexpr auto durable = &Chatter::said;

  static NodeId other(const engine::Context& context) { return NodeId{1 - context.self().value}; }
  void start(engine::Context& context) { context.arm(ChatTimeout{}, engine::milliseconds(1)); }
  void on(const ChatTimeout&, engine::Context& context) {
    context.send(other(context), Chat{++said.words});
    start(context);
  }
  void on(const Chat& chat, NodeId from, engine::Context& context) {
    static std::uint32_t ever = 0;
    const Slip slip = context.options<SlipOptions>().slip;
    if (slip == Slip::remembers) context.send(from, Chat{100 + 2 * ++ever});
    if (slip == Slip::remembers_ignored && ++ever % 2 == 0) return context.ignore();
    if (chat.number % 2 == 0) {
      context.ignore();
      if (slip == Slip::changes) heard = chat.number;
      if (slip == Slip::unique) static_cast<void>(context.unique());
      if (slip == Slip::arms) context.disarm(ChatTimeout{});
      if (slip == Slip::sends) context.send(from, Chat{7});
      if (slip == Slip::persists) context.persist();
    }
  }
};
STAMPEDE_VALUE(Chatter, said, heard);

void observe(const Chatter&, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.operational = true;
}

const engine::Model& chatters() {
  static const engine::Model model = [] {
    engine::Model made;
    made.name = "chatters";
    made.about = "Two that talk.";
    made.replicas_min = 2;
    made.uses_service = false;
    made.options = engine::describe_options<SlipOptions>();
    made.read_options = &engine::read_model_options<SlipOptions>;
    made.claims = [](const engine::ClusterSpec&) {
      engine::Claims claims;
      claims.history.clear();
      claims.log = engine::LogClaim::none;
      return claims;
    };
    made.properties = [](const engine::ClusterSpec&) { return std::vector<engine::Property>{}; };
    made.assemble = [](const engine::ClusterSpec& spec) {
      engine::Assembly assembly;
      for (const char* name : {"a", "b"})
        assembly.nodes.push_back({name, "replica", engine::make_process(Chatter{}), spec.options});
      assembly.membership.add({"replica", {NodeId{0}, NodeId{1}}});
      return assembly;
    };
    made.process_types = {&engine::process_type<Chatter>()};
    return made;
  }();
  return model;
}

scenarios::ScenarioFile file_of(Slip slip) {
  const std::string text =
      "cluster: { model: chatters, replicas: 2, clients: 0, options: { slip: " +
      engine::to_json(slip) +
      " } }\nlimits: { virtual_time: 100ms }\nexplore: { timers: { "
      "ChatTimeout: 2 } }\n";
  return scenarios::ScenarioFile::parse(text, "chat.yaml", {}, {&chatters()});
}

const char* expected(Slip slip) {
  switch (slip) {
    case Slip::changes:
      return ": the handler of Chat ignores the message, and has changed heard 0 -> 2";
    case Slip::unique:
      return ": the handler of Chat ignores the message, and has changed the counter behind "
             "context.unique()";
    case Slip::arms:
      return ": the handler of Chat ignores the message, and arms or disarms a timer";
    case Slip::sends:
      return ": the handler of Chat ignores the message, and sends Chat";
    case Slip::persists:
      return ": the handler of Chat ignores the message, and persists";
    case Slip::remembers:
      return ": the handler of Chat does something else when it runs again from the same state: "
             "they send different messages. It keeps or reads something outside its process, like "
             "a static variable";
    case Slip::remembers_ignored:
      return ": the handler of Chat does something else when it runs again from the same state: "
             "one of them ignores its input. It keeps or reads something outside its process, like "
             "a static variable";
    case Slip::none:
      break;
  }
  return "";
}

const std::vector<Slip> slips = {
    Slip::changes,   Slip::unique,           Slip::arms, Slip::sends, Slip::persists,
    Slip::remembers, Slip::remembers_ignored};

}  // namespace

TEST_CASE("regress: who ignores a message and does something is violated in a run", "[regress]") {
  for (const Slip slip : slips) {
    CAPTURE(engine::to_json(slip));
    const scenarios::RunResult result = scenarios::run(file_of(slip).resolve(1), {});
    REQUIRE(result.violations.size() == 1);
    const engine::Violation& violation = result.violations.front().violation;
    CHECK(violation.property == "no-exception");
    CHECK(violation.step != 0);
    CHECK(violation.message.substr(1) == expected(slip));
  }
  CHECK(scenarios::run(file_of(Slip::none).resolve(1), {}).violations.empty());
}

TEST_CASE("regress: who ignores a message and does something is violated in a search",
          "[regress][explore]") {
  for (const Slip slip : slips) {
    CAPTURE(engine::to_json(slip));
    const auto result = scenarios::explore(file_of(slip).resolve(1), {});
    CHECK(result.verdict == scenarios::Verdict::violated);
    REQUIRE(!result.counterexamples.empty());
    const engine::Violation& violation = result.counterexamples.front().violation;
    CHECK(violation.property == "no-exception");
    CHECK(violation.message.substr(1) == expected(slip));
  }
  CHECK(scenarios::explore(file_of(Slip::none).resolve(1), {}).verdict == scenarios::Verdict::ok);
}

TEST_CASE("regress: a sweep looks at one step in so many, and finds it in a few seeds",
          "[regress]") {
  for (const Slip slip : {Slip::changes, Slip::remembers, Slip::none}) {
    CAPTURE(engine::to_json(slip));
    scenarios::SweepSettings settings;
    settings.workers.last = 100;
    const scenarios::SweepSummary summary = scenarios::sweep(file_of(slip), settings);
    CHECK(summary.violated.count("no-exception") == (slip == Slip::none ? 0 : 1));
    CHECK_FALSE(summary.crashed);
  }
}
