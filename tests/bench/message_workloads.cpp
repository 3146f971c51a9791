// ring and quorum round: processes of a few lines, so that what is measured is the engine.
#include <ctime>

#include "engine/simulate/simulation.hpp"
#include "tests/bench/workloads.hpp"

namespace stampede::bench {
namespace {

const engine::Latency one_to_ten{
    engine::Latency::Kind::uniform, engine::nanoseconds(1'000), engine::nanoseconds(10'000), {}};

// ----- ring -----

struct Token {
  std::uint64_t hops = 0;
};
STAMPEDE_VALUE(Token, hops);

struct Passer {
  using Messages = engine::Messages<Token>;
  using Timers = engine::Timers<>;
  std::uint64_t passed = 0;

  static NodeId next(const Context& context) {
    return context.members()[(context.self().value + 1) % context.members().size()];
  }
  void start(Context& context) {
    context.send(next(context), Token{});
    context.send(next(context), Token{});
  }
  void on(const Token& token, NodeId, Context& context) {
    ++passed;
    context.send(next(context), Token{token.hops + 1});
  }
};
STAMPEDE_VALUE(Passer, passed);
static_assert(engine::Process<Passer>);

// ----- quorum round -----

struct Request {
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(Request, number);
struct Prepare {
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(Prepare, number);
struct PrepareOk {
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(PrepareOk, number);
struct Reply {
  std::uint64_t number = 0;
};
STAMPEDE_VALUE(Reply, number);
struct Silence {};
STAMPEDE_VALUE(Silence);

constexpr NodeId primary{0};
constexpr NodeId client{5};

struct Primary {
  using Messages = engine::Messages<Request, PrepareOk>;
  using Sends = engine::Messages<Prepare, Reply>;
  using Timers = engine::Timers<>;
  std::uint64_t number = 0;
  std::uint32_t oks = 0;

  void on(const Request& request, NodeId, Context& context) {
    number = request.number;
    oks = 0;
    context.broadcast(Prepare{number});
  }
  void on(const PrepareOk& ok, NodeId, Context& context) {
    // Those of an earlier request come late: two of four are enough to go on.
    if (ok.number == number && ++oks == 2) context.send(client, Reply{number});
  }
};
STAMPEDE_VALUE(Primary, number, oks);
static_assert(engine::Process<Primary>);

struct Backup {
  using Messages = engine::Messages<Prepare>;
  using Sends = engine::Messages<PrepareOk>;
  using Timers = engine::Timers<Silence>;
  std::uint64_t newest = 0;
  std::uint64_t silences = 0;

  void on(const Prepare& prepare, NodeId from, Context& context) {
    newest = prepare.number;
    context.arm(Silence{}, engine::nanoseconds(200'000));
    context.send(from, PrepareOk{prepare.number});
  }
  void on(const Silence&, Context&) { ++silences; }
};
STAMPEDE_VALUE(Backup, newest, silences);
static_assert(engine::Process<Backup>);

struct Requester {
  using Messages = engine::Messages<Reply>;
  using Sends = engine::Messages<Request>;
  using Timers = engine::Timers<>;
  std::uint64_t number = 0;

  void start(Context& context) { context.send(primary, Request{++number}); }
  void on(const Reply&, NodeId, Context& context) { start(context); }
};
STAMPEDE_VALUE(Requester, number);
static_assert(engine::Process<Requester>);

/// A group of nodes that boot as these.
void add(engine::Assembly& assembly, const std::string& group,
         const std::vector<engine::ProcessValue>& boots) {
  std::vector<NodeId> nodes;
  for (const engine::ProcessValue& boot : boots) {
    nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
    assembly.nodes.push_back({"n" + std::to_string(nodes.back().value), group, boot, {}});
  }
  assembly.membership.add({group, std::move(nodes)});
}

Measured measure(engine::Assembly assembly, std::uint64_t deliveries) {
  engine::WorldSettings world_settings;
  world_settings.seed = 1;
  engine::SimulationSettings settings;
  settings.seed = 1;
  settings.network.latency = one_to_ten;
  settings.virtual_time = engine::time_max;
  // Booting is a decision of each node.
  settings.decisions_max = assembly.nodes.size() + deliveries;
  engine::World world(std::move(assembly), world_settings);
  engine::Simulation simulation(world, settings, nullptr);
  const double begin = cpu_seconds();
  simulation.run();
  return {deliveries, cpu_seconds() - begin, 0, world.digest()};
}

}  // namespace

double cpu_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Measured ring(std::uint64_t deliveries) {
  engine::Assembly assembly;
  add(assembly, "node", std::vector(5, engine::make_process(Passer{})));
  return measure(std::move(assembly), deliveries);
}

Measured quorum_round(std::uint64_t deliveries) {
  engine::Assembly assembly;
  std::vector<engine::ProcessValue> replicas(4, engine::make_process(Backup{}));
  replicas.insert(replicas.begin(), engine::make_process(Primary{}));
  add(assembly, "replica", replicas);
  add(assembly, "requester", {engine::make_process(Requester{})});
  return measure(std::move(assembly), deliveries);
}

}  // namespace stampede::bench
