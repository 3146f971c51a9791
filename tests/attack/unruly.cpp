// A protocol whose handler does not behave: it crashes, never ends, or takes all memory there is.
// What the commands say of it is tested with this program.
#include <csignal>
#include <cstdlib>
#include <new>
#include <vector>

#include "cli/main.hpp"
#include "engine/process/process.hpp"
#include "engine/world/model.hpp"

namespace stampede::tests {

struct Provocation {};
STAMPEDE_VALUE(Provocation);
struct Later {};
STAMPEDE_VALUE(Later);

enum class Way { crash, abort, recurse, loop, allocate, out_of_memory, nothing };
STAMPEDE_ENUM(Way, crash, abort, recurse, loop, allocate, out_of_memory, nothing);

struct Options {
  Way way = Way::crash;
};
STAMPEDE_VALUE(Options, way);

struct Unruly {
  using Messages = engine::Messages<Provocation>;
  using Timers = engine::Timers<Later>;
  using Options = tests::Options;
  std::uint64_t count = 0;

  void start(Context& context) { context.arm(Later{}, engine::milliseconds(1)); }
  void on(const Later&, Context& context) {
    for (const NodeId member : context.members()) {
      if (member != context.self()) context.send(member, Provocation{});
    }
  }
  void on(const Provocation&, NodeId from, Context& context);
};
STAMPEDE_VALUE(Unruly, count);
static_assert(engine::Process<Unruly>);

namespace {

/// Nothing that a compiler could see through.
volatile std::uint64_t sink = 1;

std::uint64_t deeper(std::uint64_t depth) {
  volatile char room[4096];
  room[depth % sizeof room] = static_cast<char>(depth);
  return sink == 0 ? depth : deeper(depth + 1) + static_cast<std::uint64_t>(room[0]);
}

void misbehave(Way way) {
  switch (way) {
    case Way::crash:
      std::raise(SIGSEGV);
      break;
    case Way::abort:
      std::abort();
    case Way::recurse:
      sink = deeper(1) | 1;
      break;
    case Way::loop:
      while (sink != 0) sink = sink | 1;
      break;
    case Way::allocate: {
      std::vector<std::vector<char>> all;
      while (sink != 0) all.emplace_back(std::size_t{1} << 20, 'x');
      break;
    }
    case Way::out_of_memory:
      throw std::bad_alloc();
    case Way::nothing:
      break;
  }
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    members.push_back(NodeId{i});
    assembly.nodes.push_back(
        {"u" + std::to_string(i), "unruly", engine::make_process(Unruly{}), spec.options});
  }
  assembly.membership.add({"unruly", members, {.tolerance = engine::Tolerance::none}});
  return assembly;
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) { return {}; }

const engine::Model& model() {
  static const engine::Model instance = [] {
    engine::Model made;
    made.name = "unruly";
    made.about = "One handler does not behave.";
    made.options = engine::describe_options<Options>();
    made.replicas_min = 2;
    made.uses_service = false;
    made.claims = [](const engine::ClusterSpec&) {
      engine::Claims claims;
      claims.history.clear();
      claims.log = engine::LogClaim::none;
      claims.failures = engine::FailureModel::crash_stop;
      return claims;
    };
    made.read_options = &engine::read_model_options<Options>;
    made.assemble = &assemble;
    made.properties = &properties;
    made.process_types = {&engine::process_type<Unruly>()};
    return made;
  }();
  return instance;
}

}  // namespace

void Unruly::on(const Provocation&, NodeId, Context& context) {
  ++count;
  misbehave(context.options<Options>().way);
}

inline void observe(const Unruly& unruly, NodeId, const engine::Group&,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.epoch = unruly.count;
}

}  // namespace stampede::tests

int main(int argc, char** argv) {
  return stampede::main(argc, argv, {.models = {&stampede::tests::model()}, .name = "unruly"});
}
